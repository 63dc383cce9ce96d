using Selfie3D.Texturing;

namespace Selfie3D.Export.Draco;

/// <summary>
/// Triangles by their corners: corner 3 t + k belongs to triangle t, and the edge of a corner is the one opposite to it. A vertex is
/// a fan of corners that hang together across edges, so one at which sheets touch counts as several.
/// </summary>
internal sealed class CornerTable
{
    private readonly int[] _opposite;

    private CornerTable(int[] opposite)
    {
        _opposite = opposite;
        Vertex = new int[opposite.Length];
        Array.Fill(Vertex, -1);
        var onCut = new List<bool>(opposite.Length / 6 + 2);
        for (int corner = 0; corner < Vertex.Length; corner++)
        {
            if (Vertex[corner] < 0)
                onCut.Add(MarkFan(corner, onCut.Count));
        }

        OnCut = [.. onCut];
    }

    /// <summary>[corner] its vertex.</summary>
    public int[] Vertex { get; }

    /// <summary>[vertex] whether one of its edges is cut.</summary>
    public bool[] OnCut { get; }

    /// <summary>Number of triangles.</summary>
    public int TriangleCount => _opposite.Length / 3;

    /// <summary>The corners of a closed mesh.</summary>
    /// <param name="triangles">3 T vertex indices.</param>
    /// <param name="vertexCount">Vertices that they refer to.</param>
    /// <exception cref="ArgumentException">An edge without a second triangle.</exception>
    public static CornerTable Closed(ReadOnlySpan<int> triangles, int vertexCount)
    {
        int[] neighbors = TriangleNeighbors.Find(vertexCount, triangles);
        var opposite = new int[triangles.Length];
        for (int corner = 0; corner < opposite.Length; corner++)
        {
            int from = Next(corner), triangle = neighbors[from];
            if (triangle < 0)
                throw new ArgumentException("Only closed meshes can be packed by Draco; this one has an open edge.", nameof(triangles));
            int across = 3 * triangle;
            while (triangles[Previous(across)] != triangles[from] || triangles[Next(across)] != triangles[Previous(corner)])
                across++;
            opposite[corner] = across;
        }

        return new CornerTable(opposite);
    }

    /// <summary>The same triangles, cut open wherever an edge joins other indices on its two sides.</summary>
    /// <param name="triangles">3 T indices, in the order of the triangles of this table.</param>
    public CornerTable Cut(int[] triangles)
    {
        var opposite = new int[_opposite.Length];
        for (int corner = 0; corner < opposite.Length; corner++)
        {
            int across = _opposite[corner];
            bool joined = triangles[Next(corner)] == triangles[Previous(across)] && triangles[Previous(corner)] == triangles[Next(across)];
            opposite[corner] = joined ? across : -1;
        }

        return new CornerTable(opposite);
    }

    /// <summary>The next corner of the same triangle, counter-clockwise.</summary>
    public static int Next(int corner) => corner % 3 == 2 ? corner - 2 : corner + 1;

    /// <summary>The corner before it in the same triangle.</summary>
    public static int Previous(int corner) => corner % 3 == 0 ? corner + 2 : corner - 1;

    /// <summary>The corner that sees the same edge from the other side; -1 where it is cut.</summary>
    public int Opposite(int corner) => _opposite[corner];

    /// <summary>The corner across the edge that leaves the vertex clockwise; -1 where it is cut.</summary>
    public int Right(int corner) => _opposite[Next(corner)];

    /// <summary>The corner across the edge that leaves the vertex counter-clockwise; -1 where it is cut.</summary>
    public int Left(int corner) => _opposite[Previous(corner)];

    /// <summary>The next corner of the same vertex, clockwise; -1 at a cut.</summary>
    public int SwingRight(int corner) => Left(corner) is var across and >= 0 ? Previous(across) : -1;

    private int SwingLeft(int corner) => Right(corner) is var across and >= 0 ? Next(across) : -1;

    // From the left end of the fan, or once around.
    private bool MarkFan(int corner, int vertex)
    {
        int first = corner, left;
        while ((left = SwingLeft(first)) >= 0 && left != corner)
            first = left;
        int at = first;
        do
        {
            Vertex[at] = vertex;
            at = SwingRight(at);
        }
        while (at >= 0 && at != first);
        return left < 0;
    }
}
