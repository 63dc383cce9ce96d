namespace Selfie3D.Meshing;

/// <summary>
/// A closed mesh whose triangles can be taken away: for every vertex the list of its corners. Corners carry two indices, the
/// vertex and the cut vertex of the texture; an edge is a seam where its two triangles have different cut vertices at it.
/// </summary>
internal sealed class CornerLists
{
    /// <summary>No corner.</summary>
    public const int None = -1;

    private readonly int[] _vertices, _cuts;      // [corner]
    private readonly bool[] _alive;               // [triangle]
    private readonly int[] _first, _last, _next;  // [vertex] list of its corners, [corner] the one after
    private readonly List<(int Corner, int Cut)> _moves = [];

    /// <param name="vertexCount">Vertices of the mesh.</param>
    /// <param name="triangles">3 T vertices.</param>
    /// <param name="cutTriangles">3 T cut vertices.</param>
    public CornerLists(int vertexCount, ReadOnlySpan<int> triangles, int[] cutTriangles)
    {
        _vertices = triangles.ToArray();
        _cuts = (int[])cutTriangles.Clone();
        TriangleCount = triangles.Length / 3;
        _alive = new bool[TriangleCount];
        Array.Fill(_alive, true);
        (_first, _last, _next) = (new int[vertexCount], new int[vertexCount], new int[triangles.Length]);
        Array.Fill(_first, None);
        for (int corner = 0; corner < triangles.Length; corner++)
            Append(_vertices[corner], corner);
    }

    /// <summary>Triangles that are left.</summary>
    public int TriangleCount { get; private set; }

    /// <summary>The corner after this one in its triangle.</summary>
    public static int After(int corner) => corner % 3 == 2 ? corner - 2 : corner + 1;

    /// <summary>The corner before this one in its triangle.</summary>
    public static int Before(int corner) => corner % 3 == 0 ? corner + 2 : corner - 1;

    /// <summary>The vertex at a corner.</summary>
    public int Vertex(int corner) => _vertices[corner];

    /// <summary>The cut vertex at a corner.</summary>
    public int Cut(int corner) => _cuts[corner];

    /// <summary>The first corner of a vertex, or <see cref="None"/> when it is gone.</summary>
    public int First(int vertex) => Living(_first[vertex]);

    /// <summary>The corner of the same vertex after this one, or <see cref="None"/>.</summary>
    public int Next(int corner) => Living(_next[corner]);

    /// <summary>Whether the triangle across the edge, which starts at corner <paramref name="from"/> and ends at corner <paramref name="to"/>, has other cut vertices there.</summary>
    public bool IsSeam(int from, int to)
    {
        int start = _vertices[from];
        for (int corner = First(_vertices[to]); corner != None; corner = Next(corner))
        {
            int after = After(corner);
            if (_vertices[after] == start)
                return _cuts[corner] != _cuts[to] || _cuts[after] != _cuts[from];
        }

        return true;
    }

    /// <summary>How many cut vertices a vertex has (3 for more than two), and how many seams run out from it.</summary>
    public (int Cuts, int Seams) Seams(int vertex)
    {
        int first = None, second = None, cuts = 0, seams = 0;
        for (int corner = First(vertex); corner != None; corner = Next(corner))
        {
            int cut = _cuts[corner];
            if (cut != first && cut != second)
            {
                cuts = Math.Min(cuts + 1, 3);
                (first, second) = first == None ? (cut, second) : (first, cut);
            }

            if (IsSeam(corner, After(corner)))
                seams++;
        }

        return (cuts, seams);
    }

    /// <summary>The cut vertex that a corner gets when its vertex goes to a neighbour: that of the triangle between them with the same cut vertex.</summary>
    /// <exception cref="InvalidOperationException">There is none: the vertex would leave its chart.</exception>
    public int CutAt(int corner, int neighbour)
    {
        for (int other = First(_vertices[corner]); other != None; other = Next(other))
        {
            if (_cuts[other] != _cuts[corner])
                continue;
            if (_vertices[After(other)] == neighbour)
                return _cuts[After(other)];
            if (_vertices[Before(other)] == neighbour)
                return _cuts[Before(other)];
        }

        throw new InvalidOperationException("A vertex would leave its chart.");
    }

    /// <summary>Moves a vertex onto a neighbour: the triangles between them vanish, its others become the neighbour's.</summary>
    public void Merge(int vertex, int neighbour)
    {
        // New cut vertices first: they are read off the triangles that vanish.
        _moves.Clear();
        for (int corner = First(vertex); corner != None; corner = Next(corner))
        {
            if (!IsBetween(corner, neighbour))
                _moves.Add((corner, CutAt(corner, neighbour)));
        }

        for (int corner = First(vertex); corner != None; corner = Next(corner))
        {
            if (IsBetween(corner, neighbour))
            {
                _alive[corner / 3] = false;
                TriangleCount--;
            }
        }

        _first[vertex] = None;
        foreach (var (corner, cut) in _moves)
        {
            (_vertices[corner], _cuts[corner]) = (neighbour, cut);
            Append(neighbour, corner);
        }

        Prune(neighbour);
    }

    /// <summary>The corners of the triangles that are left: vertices, and cut vertices.</summary>
    public (int[] Triangles, int[] CutTriangles) Result()
    {
        var triangles = new int[3 * TriangleCount];
        var cuts = new int[3 * TriangleCount];
        int to = 0;
        for (int corner = 0; corner < _vertices.Length; corner++)
        {
            if (_alive[corner / 3])
                (triangles[to], cuts[to++]) = (_vertices[corner], _cuts[corner]);
        }

        return (triangles, cuts);
    }

    private int Living(int corner)
    {
        while (corner != None && !_alive[corner / 3])
            corner = _next[corner];
        return corner;
    }

    private bool IsBetween(int corner, int neighbour) => _vertices[After(corner)] == neighbour || _vertices[Before(corner)] == neighbour;

    private void Append(int vertex, int corner)
    {
        _next[corner] = None;
        if (_first[vertex] == None)
            _first[vertex] = corner;
        else
            _next[_last[vertex]] = corner;
        _last[vertex] = corner;
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
