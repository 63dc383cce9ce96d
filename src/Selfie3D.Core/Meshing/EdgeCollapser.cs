using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// Removes vertices of a closed mesh by moving each onto a neighbour, the one that changes the surface least first. What is
/// left stays closed, manifold and in as many pieces; no triangle turns over or becomes a sliver; seams of a texture stay seams.
/// </summary>
/// <remarks>
/// Half-edge collapse under quadric error (Garland and Heckbert, 1997), with the link condition (Dey et al., 1999). Corners
/// carry a second index, the cut vertex of the texture: a vertex whose corners all have the same one may go anywhere, one on a
/// seam only along the seam, one where seams meet stays.
/// </remarks>
internal sealed class EdgeCollapser
{
    private const int None = -1;
    private const double SeamWeight = 4;         // of planes through seams, against those of triangles
    private const float LeastTurn = 0.3f;        // cosine between a triangle's normals before and after
    private const float LeastShape = 0.06f;      // twice the area over the longest edge squared

    private readonly Vector3[] _positions;
    private readonly Vector2[] _texels;           // [cut vertex]
    private readonly int[] _corners;              // 3 T vertices
    private readonly int[] _cuts;                 // 3 T cut vertices
    private readonly bool[] _alive;               // [triangle]
    private readonly int[] _first, _last, _next;  // [vertex] list of its corners, [corner] the one after
    private readonly Quadric[] _quadrics;
    private readonly int[] _stamp, _target;       // [vertex] version of its entry in the queue, and where it would go
    private readonly PriorityQueue<(int Vertex, int Stamp), (double Cost, int Vertex)> _queue = new();
    private readonly int[] _mark;                 // [vertex] scratch
    private readonly List<(double Cost, int To)> _candidates = [];
    private readonly List<(int Corner, int Cut)> _moves = [];
    private readonly List<int> _ring = [];
    private int _marked;

    public EdgeCollapser(Vector3[] positions, int[] triangles, Vector2[] texels, int[] cutTriangles)
    {
        _positions = positions;
        _texels = texels;
        _corners = (int[])triangles.Clone();
        _cuts = (int[])cutTriangles.Clone();
        TriangleCount = triangles.Length / 3;
        _alive = new bool[TriangleCount];
        Array.Fill(_alive, true);
        int vertices = positions.Length;
        (_first, _last, _next) = (new int[vertices], new int[vertices], new int[triangles.Length]);
        (_stamp, _target, _mark) = (new int[vertices], new int[vertices], new int[vertices]);
        Array.Fill(_first, None);
        for (int corner = 0; corner < triangles.Length; corner++)
            Append(_corners[corner], corner);
        _quadrics = new Quadric[vertices];
        AddQuadrics();
    }

    /// <summary>Triangles that are left.</summary>
    public int TriangleCount { get; private set; }

    /// <summary>The corners of the triangles that are left: vertices, and cut vertices.</summary>
    public (int[] Triangles, int[] CutTriangles) Result()
    {
        var triangles = new int[3 * TriangleCount];
        var cuts = new int[3 * TriangleCount];
        int to = 0;
        for (int corner = 0; corner < _corners.Length; corner++)
        {
            if (_alive[corner / 3])
                (triangles[to], cuts[to++]) = (_corners[corner], _cuts[corner]);
        }

        return (triangles, cuts);
    }

    /// <summary>Collapses until no more than <paramref name="triangles"/> are left, or nothing can be removed.</summary>
    public void Reduce(int triangles, CancellationToken cancel)
    {
        for (int vertex = 0; vertex < _first.Length; vertex++)
            Enqueue(vertex);
        while (TriangleCount > triangles && _queue.TryDequeue(out var entry, out _))
        {
            int vertex = entry.Vertex;
            if (entry.Stamp != _stamp[vertex] || _first[vertex] == None)
                continue;
            if ((TriangleCount & 1023) == 0)
                cancel.ThrowIfCancellationRequested();
            Collapse(vertex, _target[vertex]);
        }
    }

    private void Append(int vertex, int corner)
    {
        _next[corner] = None;
        if (_first[vertex] == None)
            _first[vertex] = corner;
        else
            _next[_last[vertex]] = corner;
        _last[vertex] = corner;
    }

    private void AddQuadrics()
    {
        for (int corner = 0; corner < _corners.Length; corner += 3)
        {
            Vector3 a = _positions[_corners[corner]], b = _positions[_corners[corner + 1]], c = _positions[_corners[corner + 2]];
            var cross = Vector3.Cross(b - a, c - a);
            float area = cross.Length();
            if (area <= 0)
                continue;
            var plane = Quadric.OfPlane(cross / area, a, area);
            for (int k = 0; k < 3; k++)
                _quadrics[_corners[corner + k]].Add(plane);
            for (int k = 0; k < 3; k++)
            {
                int from = corner + k, to = corner + (k + 1) % 3;
                if (!IsSeam(from, to))
                    continue;
                // A wall along the seam, upright on the triangle: leaving the seam's line costs.
                var edge = _positions[_corners[to]] - _positions[_corners[from]];
                var wall = Vector3.Cross(edge, cross);
                if (wall.LengthSquared() is var squared and > 0)
                {
                    var upright = Quadric.OfPlane(wall / MathF.Sqrt(squared), _positions[_corners[from]], SeamWeight * edge.LengthSquared());
                    _quadrics[_corners[from]].Add(upright);
                    _quadrics[_corners[to]].Add(upright);
                }
            }
        }
    }

    // Whether the triangle across the edge, which starts at corner `from` and ends at corner `to`, has other cut vertices there.
    private bool IsSeam(int from, int to)
    {
        int start = _corners[from], end = _corners[to];
        for (int corner = _first[end]; corner != None; corner = _next[corner])
        {
            if (!_alive[corner / 3])
                continue;
            int after = After(corner);
            if (_corners[after] == start)
                return _cuts[corner] != _cuts[to] || _cuts[after] != _cuts[from];
        }

        return true;
    }

    private static int After(int corner) => corner % 3 == 2 ? corner - 2 : corner + 1;

    private static int Before(int corner) => corner % 3 == 0 ? corner + 2 : corner - 1;

    // Puts the vertex into the queue with the best neighbour to go to, if there is one.
    private void Enqueue(int vertex)
    {
        _stamp[vertex]++;
        _target[vertex] = None;
        var (cuts, seams) = Seams(vertex);
        if (cuts > 2 || cuts == 2 && seams != 2 || cuts == 1 && seams != 0)
            return;
        _candidates.Clear();
        for (int corner = _first[vertex]; corner != None; corner = _next[corner])
        {
            int after = After(corner), to = _corners[after];
            if (!_alive[corner / 3] || cuts == 2 && !IsSeam(corner, after))
                continue;
            var sum = _quadrics[vertex];
            sum.Add(_quadrics[to]);
            _candidates.Add((sum.At(_positions[to]), to));
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

    // How many cut vertices the vertex has, and how many seams run out from it.
    private (int Cuts, int Seams) Seams(int vertex)
    {
        int first = None, second = None, cuts = 0, seams = 0;
        for (int corner = _first[vertex]; corner != None; corner = _next[corner])
        {
            if (!_alive[corner / 3])
                continue;
            int cut = _cuts[corner];
            if (cut != first && cut != second)
            {
                cuts++;
                (first, second) = first == None ? (cut, second) : (first, cut);
            }

            if (IsSeam(corner, After(corner)))
                seams++;
        }

        return (cuts, seams);
    }

    private bool CanCollapse(int from, int to)
    {
        // Link condition: besides the two triangles between them, the two have no neighbour in common.
        _marked++;
        for (int corner = _first[to]; corner != None; corner = _next[corner])
        {
            if (_alive[corner / 3])
                (_mark[_corners[After(corner)]], _mark[_corners[Before(corner)]]) = (_marked, _marked);
        }

        int shared = 0, left = 0;
        for (int corner = _first[from]; corner != None; corner = _next[corner])
        {
            if (!_alive[corner / 3])
                continue;
            int after = _corners[After(corner)];
            if (_mark[after] == _marked)
                shared++;
            if (after == to || _corners[Before(corner)] == to)
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
        Vector3 a = _positions[_corners[corner]], b = _positions[_corners[After(corner)]], c = _positions[_corners[Before(corner)]], moved = _positions[to];
        Vector3 before = Vector3.Cross(b - a, c - a), after = Vector3.Cross(b - moved, c - moved);
        float lengths = before.Length() * after.Length(), area = after.Length();
        if (!(Vector3.Dot(before, after) > LeastTurn * lengths))
            return false;
        float longest = MathF.Max((b - c).LengthSquared(), MathF.Max((b - moved).LengthSquared(), (c - moved).LengthSquared()));
        if (!(area > LeastShape * longest))
            return false;
        // The same on the texture: it must not fold over.
        int cut = CutAt(corner, to);
        Vector2 s = _texels[_cuts[corner]], t = _texels[_cuts[After(corner)]], u = _texels[_cuts[Before(corner)]], v = _texels[cut];
        return Turn(s, t, u) * Turn(v, t, u) > 0;
    }

    private static float Turn(Vector2 a, Vector2 b, Vector2 c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);

    // The cut vertex that a corner gets when its vertex goes to `to`: that of the triangle between them with the same cut vertex.
    private int CutAt(int corner, int to)
    {
        for (int other = _first[_corners[corner]]; other != None; other = _next[other])
        {
            if (!_alive[other / 3] || _cuts[other] != _cuts[corner])
                continue;
            if (_corners[After(other)] == to)
                return _cuts[After(other)];
            if (_corners[Before(other)] == to)
                return _cuts[Before(other)];
        }

        throw new InvalidOperationException("A vertex would leave its chart.");
    }

    private void Collapse(int from, int to)
    {
        if (!CanCollapse(from, to))
        {
            Enqueue(from); // the surroundings have changed
            return;
        }

        // New cut vertices first: they are read off the triangles that vanish.
        _moves.Clear();
        for (int corner = _first[from]; corner != None; corner = _next[corner])
        {
            if (_alive[corner / 3] && _corners[After(corner)] != to && _corners[Before(corner)] != to)
                _moves.Add((corner, CutAt(corner, to)));
        }

        for (int corner = _first[from]; corner != None; corner = _next[corner])
        {
            if (_alive[corner / 3] && (_corners[After(corner)] == to || _corners[Before(corner)] == to))
            {
                _alive[corner / 3] = false;
                TriangleCount--;
            }
        }

        _first[from] = None;
        foreach (var (corner, cut) in _moves)
        {
            (_corners[corner], _cuts[corner]) = (to, cut);
            Append(to, corner);
        }

        Prune(to);
        _quadrics[to].Add(_quadrics[from]);
        _ring.Clear();
        _ring.Add(to);
        for (int corner = _first[to]; corner != None; corner = _next[corner])
            _ring.Add(_corners[After(corner)]);
        foreach (int vertex in _ring)
            Enqueue(vertex);
    }

    // Takes the corners of dead triangles out of a list.
    private void Prune(int vertex)
    {
        int corner = _first[vertex];
        _first[vertex] = _last[vertex] = None;
        while (corner != None)
        {
            int next = _next[corner];
            if (_alive[corner / 3])
                Append(vertex, corner);
            corner = next;
        }
    }
}
