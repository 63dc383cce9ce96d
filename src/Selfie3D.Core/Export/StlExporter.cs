using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Selfie3D.Meshing;

namespace Selfie3D.Export;

/// <summary>Writes binary STL in millimetres, y up: the closed mesh, as slicers read it.</summary>
public static class StlExporter
{
    private const int HeaderBytes = 80, TriangleBytes = 50;
    private const float MillimetresPerMetre = 1000;

    /// <summary>Writes the file.</summary>
    /// <param name="headMesh">The head, head frame, metres.</param>
    /// <param name="output">Is not closed.</param>
    public static void Write(Mesh headMesh, Stream output)
    {
        ArgumentNullException.ThrowIfNull(headMesh);
        ArgumentNullException.ThrowIfNull(output);
        var bytes = new byte[HeaderBytes + 4 + TriangleBytes * headMesh.TriangleCount];
        // A header that begins with "solid" would be taken for the text format.
        Encoding.ASCII.GetBytes("Selfie3D head, binary STL, millimetres, y up", bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(HeaderBytes), headMesh.TriangleCount);
        for (var t = 0; t < headMesh.TriangleCount; t++)
        {
            var a = headMesh.Positions[headMesh.Triangles[3 * t]] * MillimetresPerMetre;
            var b = headMesh.Positions[headMesh.Triangles[3 * t + 1]] * MillimetresPerMetre;
            var c = headMesh.Positions[headMesh.Triangles[3 * t + 2]] * MillimetresPerMetre;
            var normal = Vector3.Cross(b - a, c - a);
            var length = normal.Length();
            var at = bytes.AsSpan(HeaderBytes + 4 + TriangleBytes * t, TriangleBytes);
            Vectors.Write(at, length > 0 ? normal / length : Vector3.Zero);
            Vectors.Write(at[12..], a);
            Vectors.Write(at[24..], b);
            Vectors.Write(at[36..], c);
        }
        output.Write(bytes);
    }
}
