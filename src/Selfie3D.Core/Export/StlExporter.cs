using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Selfie3D.Meshing;

namespace Selfie3D.Export;

/// <summary>
/// Writes binary STL as slicers and printers want it: millimetres, z up, face towards -y (the front of the bed), the neck's
/// level base on z = 0.
/// </summary>
public static class StlExporter
{
    private const int HeaderBytes = 80, TriangleBytes = 50, TrianglesAtOnce = 1024;
    private const float MillimetresPerMetre = 1000;

    /// <summary>Writes the file.</summary>
    /// <param name="headMesh">The head, head frame, metres.</param>
    /// <param name="output">Is not closed.</param>
    public static void Write(Mesh headMesh, Stream output)
    {
        ArgumentNullException.ThrowIfNull(headMesh);
        ArgumentNullException.ThrowIfNull(output);
        var header = new byte[HeaderBytes + 4];
        // A header that begins with "solid" would be taken for the text format.
        Encoding.ASCII.GetBytes("Selfie3D head, binary STL, millimetres, z up", header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(HeaderBytes), headMesh.TriangleCount);
        output.Write(header);

        float floor = headMesh.Bounds().Min.Y;
        var bytes = new byte[TriangleBytes * TrianglesAtOnce];
        for (int t = 0; t < headMesh.TriangleCount; t++)
        {
            Vector3 a = Corner(headMesh, 3 * t, floor), b = Corner(headMesh, 3 * t + 1, floor), c = Corner(headMesh, 3 * t + 2, floor);
            var normal = Vector3.Cross(b - a, c - a);
            var length = normal.Length();
            var at = bytes.AsSpan(TriangleBytes * (t % TrianglesAtOnce), TriangleBytes);
            Vectors.Write(at, length > 0 ? normal / length : Vector3.Zero);
            Vectors.Write(at[12..], a);
            Vectors.Write(at[24..], b);
            Vectors.Write(at[36..], c);
            if (t % TrianglesAtOnce == TrianglesAtOnce - 1)
                output.Write(bytes);
        }

        output.Write(bytes, 0, TriangleBytes * (headMesh.TriangleCount % TrianglesAtOnce));
    }

    private static Vector3 Corner(Mesh mesh, int corner, float floor)
    {
        var p = mesh.Positions[mesh.Triangles[corner]];
        return MillimetresPerMetre * new Vector3(p.X, -p.Z, p.Y - floor);
    }
}
