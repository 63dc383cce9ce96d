using System.Buffers.Binary;
using System.Text;
using Selfie3D.Texturing;

namespace Selfie3D.Export;

/// <summary>Writes binary little-endian PLY: the closed mesh in metres, y up, with normals and vertex colours.</summary>
public static class PlyExporter
{
    private const int VertexBytes = 27, FaceBytes = 13;

    /// <summary>Writes the file.</summary>
    /// <param name="head">The head.</param>
    /// <param name="output">Is not closed.</param>
    public static void Write(TexturedMesh head, Stream output)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(output);
        var mesh = head.Mesh;
        output.Write(Encoding.ASCII.GetBytes(
            "ply\nformat binary_little_endian 1.0\ncomment Selfie3D head: metres, y up, facing +z\n" +
            FormattableString.Invariant($"element vertex {mesh.VertexCount}\n") +
            "property float x\nproperty float y\nproperty float z\nproperty float nx\nproperty float ny\nproperty float nz\n" +
            "property uchar red\nproperty uchar green\nproperty uchar blue\n" +
            FormattableString.Invariant($"element face {mesh.TriangleCount}\n") +
            "property list uchar int vertex_indices\nend_header\n"));

        var bytes = new byte[VertexBytes * mesh.VertexCount];
        for (var k = 0; k < mesh.VertexCount; k++)
        {
            var at = bytes.AsSpan(VertexBytes * k, VertexBytes);
            Vectors.Write(at, mesh.Positions[k]);
            Vectors.Write(at[12..], mesh.Normals[k]);
            head.VertexColors.AsSpan(3 * k, 3).CopyTo(at[24..]);
        }
        output.Write(bytes);

        bytes = new byte[FaceBytes * mesh.TriangleCount];
        for (var t = 0; t < mesh.TriangleCount; t++)
        {
            var at = bytes.AsSpan(FaceBytes * t, FaceBytes);
            at[0] = 3;
            for (var k = 0; k < 3; k++) BinaryPrimitives.WriteInt32LittleEndian(at[(1 + 4 * k)..], mesh.Triangles[3 * t + k]);
        }
        output.Write(bytes);
    }
}
