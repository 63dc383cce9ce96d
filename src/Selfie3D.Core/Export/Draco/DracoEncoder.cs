using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Export.Draco;

/// <summary>
/// Packs a head as the payload of KHR_draco_mesh_compression: the closed surface by Edgebreaker, positions and normals once for each
/// of its vertices, texture coordinates on the surface cut along their seams. So what lies on both sides of a seam stays together.
/// </summary>
/// <remarks>Sources: Google, Draco bitstream 2.2; Khronos, KHR_draco_mesh_compression.</remarks>
internal static class DracoEncoder
{
    /// <summary>Number by which glTF refers to the attribute.</summary>
    public const int PositionId = 0, NormalId = 1, TexCoordId = 2;

    private const int PositionBits = 16, NormalBits = 8, TexCoordBits = 14;
    private const byte TriangularMesh = 1, Edgebreaker = 1, Float = 9, DepthFirst = 0, PerVertex = 0, PerCorner = 1, Quantized = 2, Normals = 3;
    private const byte PositionType = 0, NormalType = 1, TexCoordType = 3;
    private const sbyte OnClosedSurface = -1, OnCutSurface = 0;

    /// <summary>Packs a head.</summary>
    /// <param name="head">Its mesh is closed.</param>
    /// <returns>The bytes, and what a decoder makes of them: the number of vertices and the bounds of their positions.</returns>
    public static (byte[] Bytes, int Vertices, Vector3 Low, Vector3 High) Encode(TexturedMesh head)
    {
        var corners = CornerTable.Closed(head.Mesh.Triangles, head.Mesh.VertexCount);
        var cut = corners.Cut(head.CutTriangles);
        using var bytes = new MemoryStream();
        using var output = new BinaryWriter(bytes);
        output.Write("DRACO"u8);
        output.Write([2, 2, TriangularMesh, Edgebreaker, 0, 0]);
        int[] starts = EdgebreakerEncoder.Write(corners, cut, output);

        output.Write((byte)2); // groups of attributes
        output.Write([unchecked((byte)OnClosedSurface), PerVertex, DepthFirst]);
        output.Write([(byte)OnCutSurface, PerCorner, DepthFirst]);
        output.Write([2, PositionType, Float, 3, 0, PositionId, NormalType, Float, 3, 0, NormalId, Quantized, Normals]);
        output.Write([1, TexCoordType, Float, 2, 0, TexCoordId, Quantized]);

        var (low, high) = WriteSurface(head, corners, ValueOrder.Of(corners, starts), output);
        WriteTexCoords(head, cut, ValueOrder.Of(cut, starts), output);
        return (bytes.ToArray(), cut.OnCut.Length, low, high);
    }

    private static (Vector3 Low, Vector3 High) WriteSurface(TexturedMesh head, CornerTable corners, ValueOrder order, BinaryWriter output)
    {
        var (low, high) = head.Mesh.Bounds();
        var size = high - low;
        float range = MathF.Max(MathF.Max(size.X, size.Y), MathF.Max(size.Z, 1e-9f)), step = range / ((1 << PositionBits) - 1);
        var octahedron = new Octahedron(NormalBits);
        var positions = new int[3 * order.Corners.Count];
        var normals = new (int, int)[order.Corners.Count];
        for (int place = 0; place < normals.Length; place++)
        {
            int vertex = head.Mesh.Triangles[order.Corners[place]];
            var p = (head.Mesh.Positions[vertex] - low) / step;
            (positions[3 * place], positions[3 * place + 1], positions[3 * place + 2]) = ((int)MathF.Round(p.X), (int)MathF.Round(p.Y), (int)MathF.Round(p.Z));
            normals[place] = octahedron.PlaceOf(head.Mesh.Normals[vertex]);
        }

        Parallelograms.Write(positions, 3, corners, order, output);
        SurfaceNormals.Write(normals, octahedron, positions, corners, order, output);
        WriteSteps([low.X, low.Y, low.Z], range, PositionBits, output);
        output.Write((byte)NormalBits);
        return (low, low + new Vector3(Most(0), Most(1), Most(2)) * step);

        int Most(int axis)
        {
            int most = 0;
            for (int k = axis; k < positions.Length; k += 3)
                most = Math.Max(most, positions[k]);
            return most;
        }
    }

    private static void WriteTexCoords(TexturedMesh head, CornerTable cut, ValueOrder order, BinaryWriter output)
    {
        const int Steps = (1 << TexCoordBits) - 1;
        var values = new int[2 * order.Corners.Count];
        for (int place = 0; place < order.Corners.Count; place++)
        {
            var texel = Vector2.Clamp(head.TexCoords[head.CutTriangles[order.Corners[place]]], Vector2.Zero, Vector2.One) * Steps;
            (values[2 * place], values[2 * place + 1]) = ((int)MathF.Round(texel.X), (int)MathF.Round(texel.Y));
        }

        Parallelograms.Write(values, 2, cut, order, output);
        WriteSteps([0, 0], 1, TexCoordBits, output);
    }

    private static void WriteSteps(ReadOnlySpan<float> lowest, float range, int bits, BinaryWriter output)
    {
        foreach (float low in lowest)
            output.Write(low);
        output.Write(range);
        output.Write((byte)bits);
    }
}
