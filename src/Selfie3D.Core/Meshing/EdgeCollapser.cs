using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// Removes vertices of a closed mesh by moving each onto a neighbour, the one that changes the surface least first. What is
/// left stays closed, manifold and in as many pieces; no triangle turns over or becomes a sliver; seams of a texture stay seams.
/// </summary>
/// <remarks>
/// Half-edge collapse under quadric error (Garland and Heckbert, 1997), with the link condition (Dey et al., 1999). A vertex
/// whose corners all have the same cut vertex may go anywhere, one on a seam only along the seam, one where seams meet stays.
/// </remarks>
internal sealed class EdgeCollapser
{
    private const int None = CornerLists.None;
    private const double SeamWeight = 4;         // of planes through seams, against those of triangles
    private const float LeastTurn = 0.3f;        // cosine between a triangle's normals before and after
    private const float LeastShape = 0.06f;      // twice the area over the longest edge squared

    private readonly Mesh _mesh;
    private readonly Vector2[] _texels;           // [cut vertex]
    private readonly CornerLists _corners;
    private readonly Quadric[] _quadrics;
    private readonly int[] _stamp, _target;       // [vertex] version of its entry in the queue, and where it would go
    private readonly PriorityQueue<(int Vertex, int Stamp), (double Cost, int Vertex)> _queue = new();
    private readonly int[] _mark;                 // [vertex] scratch
    private readonly List<(double Cost, int To)> _candidates = [];
    private readonly List<int> _ring = [];
    private int _marked;

    public EdgeCollapser(Mesh mesh, Vector2[] texels, int[] cutTriangles)
    {
        _mesh = mesh;
        _texels = texels;
        _corners = new CornerLists(mesh.VertexCount, mesh.Triangles, cutTriangles);
        (_stamp, _target, _mark) = (new int[mesh.VertexCount], new int[mesh.VertexCount], new int[mesh.VertexCount]);
        _quadrics = new Quadric[mesh.VertexCount];
        for (int corner = 0; corner < cutTriangles.Length; corner += 3)
            AddQuadrics(corner);
    }

    /// <summary>The corners of the triangles that are left: vertices, and cut vertices.</summary>
    public (int[] Triangles, int[] CutTriangles) Result() => _corners.Result();

    /// <summary>Collapses until no more than <paramref name="triangles"/> are left, or nothing can be removed.</summary>
    public void Reduce(int triangles, CancellationToken cancel)
    {
        for (int vertex = 0; vertex < _mesh.VertexCount; vertex++)
            Enqueue(vertex);
        while (_corners.TriangleCount > triangles && _queue.TryDequeue(out var entry, out _))
        {
            int vertex = entry.Vertex;
            if (entry.Stamp != _stamp[vertex] || _corners.First(vertex) == None)
                continue;
            if ((_corners.TriangleCount & 1023) == 0)
                cancel.ThrowIfCancellationRequested();
            Collapse(vertex, _target[vertex]);
        }
    }

    // Those of the triangle that starts at a corner.
    private void AddQuadrics(int corner)
    {
        Vector3 a = At(corner), b = At(corner + 1), c = At(corner + 2);
        var cross = Vector3.Cross(b - a, c - a);
        float area = cross.Length();
        if (area <= 0)
            return;
        var plane = Quadric.OfPlane(cross / area, a, area);
        for (int k = 0; k < 3; k++)
            _quadrics[_corners.Vertex(corner + k)].Add(plane);
        for (int k = 0; k < 3; k++)
        {
            int from = corner + k, to = CornerLists.After(from);
            if (!_corners.IsSeam(from, to))
                continue;
            // A wall along the seam, upright on the triangle: leaving the seam's line costs.
            var edge = At(to) - At(from);
            var wall = Vector3.Cross(edge, cross);
            if (wall.LengthSquared() is var squared and > 0)
            {
                var upright = Quadric.OfPlane(wall / MathF.Sqrt(squared), At(from), SeamWeight * edge.LengthSquared());
                _quadrics[_corners.Vertex(from)].Add(upright);
                _quadrics[_corners.Vertex(to)].Add(upright);
            }
        }
    }

    // Puts the vertex into the queue with the best neighbour to go to, if there is one.
    private void Enqueue(int vertex)
    {
        _stamp[vertex]++;
        _target[vertex] = None;
        var (cuts, seams) = _corners.Seams(vertex);
        if (cuts > 2 || cuts == 2 && seams != 2 || cuts == 1 && seams != 0)
            return;
        _candidates.Clear();
        for (int corner = _corners.First(vertex); corner != None; corner = _corners.Next(corner))
        {
            int after = CornerLists.After(corner), to = _corners.Vertex(after);
            if (cuts == 2 && !_corners.IsSeam(corner, after))
                continue;
            var sum = _quadrics[vertex];
            sum.Add(_quadrics[to]);
            _candidates.Add((sum.At(_mesh.Positions[to]), to));
        }

        _candidates.Sort();
        foreach (var (cost, to) in _candidates)
        {
            if (!CanCollapse(vertex, to))
                continue;
            _target[vertex] = to;
            _queue.Enqueue((vertex, _stamp[vertex]), (cost, vertex));
            return;
        }
    }

    private bool CanCollapse(int from, int to)
    {
        // Link condition: besides the two triangles between them, the two have no neighbour in common.
        _marked++;
        for (int corner = _corners.First(to); corner != None; corner = _corners.Next(corner))
            (_mark[VertexAfter(corner)], _mark[VertexBefore(corner)]) = (_marked, _marked);

        int shared = 0, left = 0;
        for (int corner = _corners.First(from); corner != None; corner = _corners.Next(corner))
        {
            int after = VertexAfter(corner);
            if (_mark[after] == _marked)
                shared++;
            if (after == to || VertexBefore(corner) == to)
                continue;
            left++;
            if (!KeepsShape(corner, to))
                return false;
        }

        return shared == 2 && left > 0;
    }

    // Whether the corner's triangle stays on its side and is no sliver when the corner moves to the vertex.
    private bool KeepsShape(int corner, int to)
    {
        int second = CornerLists.After(corner), third = CornerLists.Before(corner);
        Vector3 a = At(corner), b = At(second), c = At(third), moved = _mesh.Positions[to];
        Vector3 before = Vector3.Cross(b - a, c - a), after = Vector3.Cross(b - moved, c - moved);
        float lengths = before.Length() * after.Length(), area = after.Length();
        if (!(Vector3.Dot(before, after) > LeastTurn * lengths))
            return false;
        float longest = MathF.Max((b - c).LengthSquared(), MathF.Max((b - moved).LengthSquared(), (c - moved).LengthSquared()));
        if (!(area > LeastShape * longest))
            return false;
        // The same on the texture: it must not fold over.
        Vector2 s = TexelAt(corner), t = TexelAt(second), u = TexelAt(third), v = _texels[_corners.CutAt(corner, to)];
        return Turn(s, t, u) * Turn(v, t, u) > 0;
    }

    private static float Turn(Vector2 a, Vector2 b, Vector2 c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);

    private void Collapse(int from, int to)
    {
        if (!CanCollapse(from, to))
        {
            Enqueue(from); // the surroundings have changed
            return;
        }

        _corners.Merge(from, to);
        _quadrics[to].Add(_quadrics[from]);
        _ring.Clear();
        _ring.Add(to);
        for (int corner = _corners.First(to); corner != None; corner = _corners.Next(corner))
            _ring.Add(VertexAfter(corner));
        foreach (int vertex in _ring)
            Enqueue(vertex);
    }

    private Vector3 At(int corner) => _mesh.Positions[_corners.Vertex(corner)];

    private Vector2 TexelAt(int corner) => _texels[_corners.Cut(corner)];

    private int VertexAfter(int corner) => _corners.Vertex(CornerLists.After(corner));

    private int VertexBefore(int corner) => _corners.Vertex(CornerLists.Before(corner));
}
