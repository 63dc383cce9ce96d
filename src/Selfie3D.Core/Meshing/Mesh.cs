using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// An indexed triangle mesh with one normal per vertex.
/// </summary>
/// <remarks>
/// Index order is counter-clockwise seen from outside <em>in the head frame</em>. The photo frame is a mirror image of
/// the head frame (y down), and a mesh there carries the same index order, so its signed volume comes out negative.
/// </remarks>
public sealed class Mesh
{
    /// <summary>Wraps the arrays; nothing is copied.</summary>
    /// <param name="positions">V vertex positions, photo frame (pixels) or head frame (metres).</param>
    /// <param name="normals">V unit normals that point outward, in the frame of the positions.</param>
    /// <param name="triangles">3 T vertex indices.</param>
    /// <exception cref="ArgumentException">The lengths do not belong together.</exception>
    public Mesh(Vector3[] positions, Vector3[] normals, int[] triangles)
    {
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentNullException.ThrowIfNull(normals);
        ArgumentNullException.ThrowIfNull(triangles);
        if (normals.Length != positions.Length)
            throw new ArgumentException($"{normals.Length} normals for {positions.Length} positions.", nameof(normals));
        if (triangles.Length % 3 != 0)
            throw new ArgumentException($"{triangles.Length} indices are not a multiple of 3.", nameof(triangles));
        Positions = positions;
        Normals = normals;
        Triangles = triangles;
    }

    /// <summary>V vertex positions.</summary>
    public Vector3[] Positions { get; }

    /// <summary>V unit normals, outward.</summary>
    public Vector3[] Normals { get; }

    /// <summary>3 T vertex indices.</summary>
    public int[] Triangles { get; }

    /// <summary>The number of vertices, V.</summary>
    public int VertexCount => Positions.Length;

    /// <summary>The number of triangles, T.</summary>
    public int TriangleCount => Triangles.Length / 3;

    /// <summary>The smallest axis-aligned box that holds all vertices; zeros for an empty mesh.</summary>
    public (Vector3 Min, Vector3 Max) Bounds()
    {
        if (Positions.Length == 0) return default;
        Vector3 min = Positions[0], max = min;
        foreach (var position in Positions)
        {
            min = Vector3.Min(min, position);
            max = Vector3.Max(max, position);
        }
        return (min, max);
    }
}
