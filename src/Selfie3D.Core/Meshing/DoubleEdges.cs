using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// Two neighbouring cells can share two pieces of one loop each across an ambiguous face. Their vertices would then be
/// joined by two edges, and four triangles would meet there; each of these edges gets a vertex of its own, on the face, so
/// that the result is a manifold for any input.
/// </summary>
internal sealed class DoubleEdges
{
    private readonly SurfaceCells _cells;
    // 3 * cell + axis of its upper face -> the first of the two vertices, beside the two outside corners of the face
    private readonly Dictionary<int, int> _first = [];
    private readonly List<Vector3> _positions = [];
    private readonly List<int> _neighbours = [];

    /// <summary>Finds them; their vertices come after those of the cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="vertices">Their vertices.</param>
    /// <param name="knots">The cells with loops that run over a face twice, and others; ascending.</param>
    public DoubleEdges(SurfaceCells cells, NetVertices vertices, ReadOnlySpan<int> knots)
    {
        _cells = cells;
        var twice = CubeLoops.FacesMetTwice;
        var z = 0;
        foreach (var cell in knots)
        {
            var faces = twice[cells.Cases[cell]];
            if (faces == 0) continue;
            while (cells.SliceStart(z + 1) <= cell) z++;
            var (x, y) = SurfaceCells.Unpack(cells.Keys[cell]);
            for (var axis = 0; axis < 3; axis++)
            {
                if ((faces >> (2 * axis + 1) & 1) == 0) continue;
                var next = cells.IndexOf(cells.WordOf(x + (axis == 0 ? 1 : 0), y + (axis == 1 ? 1 : 0), z + (axis == 2 ? 1 : 0)), x + (axis == 0 ? 1 : 0));
                if ((twice[cells.Cases[next]] >> (2 * axis) & 1) == 0) continue;
                _first.Add(3 * cell + axis, vertices.Count + Count);
                for (var which = 0; which < 2; which++)
                {
                    _positions.Add(new Vector3(x - 1, y - 1, z - 1) + BesideOutsideCorner(cells.Cases[cell], axis, which));
                    _neighbours.Add(vertices.At(cell, CubeLoops.EdgeOnFace[cells.Cases[cell] * 6 + 2 * axis + 1]));
                }
            }
        }
    }

    /// <summary>The number of vertices.</summary>
    public int Count => _positions.Count;

    /// <summary>[vertex of these] in samples.</summary>
    public IReadOnlyList<Vector3> Positions => _positions;

    /// <summary>[vertex of these] a vertex of a cell that it is joined with.</summary>
    public IReadOnlyList<int> Neighbours => _neighbours;

    /// <summary>
    /// The vertex on the upper face of a cell, beside the outside end of a cut edge of that face that runs along
    /// <paramref name="edgeAxis"/> at <paramref name="other"/> of the remaining axis; -1 for none.
    /// </summary>
    public int Find(int cell, int faceAxis, int edgeAxis, int outside, int other)
    {
        if (!_first.TryGetValue(3 * cell + faceAxis, out var first)) return -1;
        var otherAxis = 3 - faceAxis - edgeAxis;
        var corner = 1 << faceAxis | outside << edgeAxis | other << otherAxis;
        int b = (faceAxis + 1) % 3, c = (faceAxis + 2) % 3, seen = 0;
        for (var k = 0; k < 4; k++)
        {
            var at = 1 << faceAxis | (k & 1) << b | (k >> 1) << c;
            if ((_cells.Cases[cell] >> at & 1) != 0) continue;
            if (at == corner) return first + seen;
            seen++;
        }
        return -1;
    }

    // A point of the upper face on an axis, near its first or second outside corner; fractions of the cell.
    private static Vector3 BesideOutsideCorner(int corners, int axis, int which)
    {
        int b = (axis + 1) % 3, c = (axis + 2) % 3, seen = 0;
        for (var k = 0; k < 4; k++)
        {
            int i = k & 1, j = k >> 1;
            if ((corners >> (1 << axis | i << b | j << c) & 1) != 0 || seen++ != which) continue;
            var at = new Vector3();
            at[axis] = 1;
            at[b] = i == 0 ? 0.25f : 0.75f;
            at[c] = j == 0 ? 0.25f : 0.75f;
            return at;
        }
        throw new InvalidOperationException("The face has no second outside corner.");
    }
}
