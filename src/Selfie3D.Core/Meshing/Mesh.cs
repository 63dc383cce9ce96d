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
    private Vector3[] _positions, _normals;
    private int[] _triangles;
    private int _indexCount;

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
        (_positions, _normals, _triangles) = (positions, normals, triangles);
        (VertexCount, _indexCount) = (positions.Length, triangles.Length);
    }

    /// <summary>A view of arrays that may be longer.</summary>
    internal Mesh(Vector3[] positions, Vector3[] normals, int[] triangles, int vertexCount, int indexCount)
    {
        (_positions, _normals, _triangles) = (positions, normals, triangles);
        (VertexCount, _indexCount) = (vertexCount, indexCount);
    }

    /// <summary>A mesh with nothing in it yet.</summary>
    internal static Mesh Make(int vertexCount, int indexCount) => new(
        GC.AllocateUninitializedArray<Vector3>(vertexCount), GC.AllocateUninitializedArray<Vector3>(vertexCount),
        GC.AllocateUninitializedArray<int>(indexCount));

    /// <summary>V vertex positions.</summary>
    public Span<Vector3> Positions => _positions.AsSpan(0, VertexCount);

    /// <summary>V unit normals, outward.</summary>
    public Span<Vector3> Normals => _normals.AsSpan(0, VertexCount);

    /// <summary>3 T vertex indices.</summary>
    public Span<int> Triangles => _triangles.AsSpan(0, _indexCount);

    /// <summary>The number of vertices, V.</summary>
    public int VertexCount { get; private set; }

    /// <summary>The number of triangles, T.</summary>
    public int TriangleCount => _indexCount / 3;

    /// <summary>The smallest axis-aligned box that holds all vertices; zeros for an empty mesh.</summary>
    public (Vector3 Min, Vector3 Max) Bounds()
    {
        if (VertexCount == 0) return default;
        Vector3 min = Positions[0], max = min;
        foreach (var position in Positions)
        {
            min = Vector3.Min(min, position);
            max = Vector3.Max(max, position);
        }
        return (min, max);
    }

    /// <summary>Keeps the first vertices and indices only.</summary>
    internal void Shorten(int vertexCount, int indexCount) => (VertexCount, _indexCount) = (vertexCount, indexCount);

    /// <summary>Takes the arrays away; what is left is an empty mesh.</summary>
    internal (Vector3[] Positions, Vector3[] Normals, int[] Triangles) TakeArrays()
    {
        var arrays = (_positions, _normals, _triangles);
        (_positions, _normals, _triangles) = ([], [], []);
        Shorten(0, 0);
        return arrays;
    }
}
