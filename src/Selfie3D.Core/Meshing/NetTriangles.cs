using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// Joins the vertices of <see cref="NetVertices"/>: around every cut edge of the grid lies one loop in each of four
/// cells, and their vertices make a quadrilateral, cut into two triangles along the better diagonal.
/// </summary>
/// <remarks>
/// Two neighbouring cells can share two pieces of one loop each across an ambiguous face. Their vertices would then be
/// joined by two edges, and four triangles would meet there; such edges are split by a vertex of their own, so
/// that the result is a manifold for any input.
/// </remarks>
internal sealed class NetTriangles
{
    private const int CellsPerChunk = 4096;

    private readonly SurfaceCells _cells;
    private readonly NetVertices _vertices;
    private readonly ParallelOptions _parallel;
    // 6 * cell + 2 * axis + which (of the two outside corners of the cell's upper face on that axis) -> vertex
    private readonly Dictionary<int, int> _splits = [];

    public NetTriangles(SurfaceCells cells, NetVertices vertices, ParallelOptions parallel)
    {
        _cells = cells;
        _vertices = vertices;
        _parallel = parallel;
        FindDoubleEdges();
    }

    /// <summary>3 T vertex indices, counter-clockwise from outside in a right-handed frame with y and z turned over.</summary>
    public int[] Build()
    {
        var chunks = (_cells.Count + CellsPerChunk - 1) / CellsPerChunk;
        var starts = new int[chunks + 1];
        Parallel.For(0, chunks, _parallel, chunk => starts[chunk + 1] = CountChunk(chunk));
        for (var chunk = 0; chunk < chunks; chunk++) starts[chunk + 1] += starts[chunk];
        var triangles = new int[3 * starts[chunks]];
        Parallel.For(0, chunks, _parallel, chunk => EmitChunk(chunk, triangles.AsSpan(3 * starts[chunk], 3 * (starts[chunk + 1] - starts[chunk]))));
        return triangles;
    }

    private void FindDoubleEdges()
    {
        var extra = new List<Vector3>();
        var twice = CubeLoops.FacesMetTwice;
        for (var cell = 0; cell < _cells.Count; cell++)
        {
            var faces = twice[_cells.Cases[cell]];
            if (faces == 0) continue;
            var (x, y, z) = NetVertices.Unpack(_cells.Keys[cell]);
            for (var axis = 0; axis < 3; axis++)
            {
                if ((faces >> (2 * axis + 1) & 1) == 0) continue;
                var next = _cells.IndexOf(x + (axis == 0 ? 1 : 0), y + (axis == 1 ? 1 : 0), z + (axis == 2 ? 1 : 0));
                if ((twice[_cells.Cases[next]] >> (2 * axis) & 1) == 0) continue;
                for (var which = 0; which < 2; which++)
                {
                    _splits.Add(6 * cell + 2 * axis + which, _vertices.Positions.Length + extra.Count);
                    extra.Add(new Vector3(x - 1, y - 1, z - 1) + BesideOutsideCorner(_cells.Cases[cell], axis, which));
                }
            }
        }
        _vertices.Append(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(extra));
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

    private int CountChunk(int chunk)
    {
        var own = CubeLoops.OwnCuts;
        var count = 0;
        Span<int> ring = stackalloc int[8];
        for (var cell = chunk * CellsPerChunk; cell < Math.Min(_cells.Count, (chunk + 1) * CellsPerChunk); cell++)
        {
            var cuts = own[_cells.Cases[cell]];
            if (_splits.Count == 0)
            {
                count += 2 * BitOperations.PopCount(cuts);
                continue;
            }
            for (var axis = 0; axis < 3; axis++)
                if ((cuts >> axis & 1) != 0) count += Ring(cell, axis, ring) - 2;
        }
        return count;
    }

    private void EmitChunk(int chunk, Span<int> triangles)
    {
        var own = CubeLoops.OwnCuts;
        var written = 0;
        Span<int> ring = stackalloc int[8];
        for (var cell = chunk * CellsPerChunk; cell < Math.Min(_cells.Count, (chunk + 1) * CellsPerChunk); cell++)
        {
            var cuts = own[_cells.Cases[cell]];
            for (var axis = 0; cuts >> axis != 0; axis++)
            {
                if ((cuts >> axis & 1) == 0) continue;
                var corners = ring[..Ring(cell, axis, ring)];
                // The ring turns about the axis; the surface faces along it where corner 0 is inside.
                if ((_cells.Cases[cell] & 1) != 0) corners.Reverse();
                if (corners.Length == 4) written = EmitQuad(corners, triangles, written);
                else written = EmitFan(corners, triangles, written);
            }
        }
    }

    // The vertices around the edge from the cell's corner 0 along an axis, with split vertices where there are any.
    private int Ring(int cell, int axis, Span<int> ring)
    {
        var (x, y, z) = NetVertices.Unpack(_cells.Keys[cell]);
        int b = (axis + 1) % 3, c = (axis + 2) % 3;
        int stepB = b == 0 ? 1 : 0, stepBy = b == 1 ? 1 : 0, stepBz = b == 2 ? 1 : 0;
        int stepC = c == 0 ? 1 : 0, stepCy = c == 1 ? 1 : 0, stepCz = c == 2 ? 1 : 0;
        int atB = _cells.IndexOf(x - stepB, y - stepBy, z - stepBz);
        int atC = _cells.IndexOf(x - stepC, y - stepCy, z - stepCz);
        int atBoth = _cells.IndexOf(x - stepB - stepC, y - stepBy - stepCy, z - stepBz - stepCz);

        // In the four cells the edge lies at (u, v) = (0, 0), (1, 0), (1, 1), (0, 1).
        ring[0] = VertexAt(cell, CubeLoops.EdgeAt(axis, 0, 0));
        ring[1] = VertexAt(atB, CubeLoops.EdgeAt(axis, 1, 0));
        ring[2] = VertexAt(atBoth, CubeLoops.EdgeAt(axis, 1, 1));
        ring[3] = VertexAt(atC, CubeLoops.EdgeAt(axis, 0, 1));
        if (_splits.Count == 0) return 4;

        // Faces between them: above atB on b, above atBoth on c, above atBoth on b, above atC on c.
        var outside = (_cells.Cases[cell] & 1) == 0 ? 0 : 1; // the outside end of the edge, along the axis
        Span<int> between = stackalloc int[4];
        between[0] = Split(atB, b, axis, outside, 0);
        between[1] = Split(atBoth, c, axis, outside, 1);
        between[2] = Split(atBoth, b, axis, outside, 1);
        between[3] = Split(atC, c, axis, outside, 0);
        Span<int> plain = [ring[0], ring[1], ring[2], ring[3]];
        var count = 0;
        for (var k = 0; k < 4; k++)
        {
            ring[count++] = plain[k];
            if (between[k] >= 0) ring[count++] = between[k];
        }
        return count;
    }

    // The split vertex on the upper face of a cell, beside the outside end of a cut edge of that face that runs along
    // edgeAxis at `other` of the remaining axis; -1 for none.
    private int Split(int cell, int faceAxis, int edgeAxis, int outside, int other)
    {
        if (!_splits.TryGetValue(6 * cell + 2 * faceAxis, out var first)) return -1;
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

    private int VertexAt(int cell, int edge) =>
        _vertices.First[cell] + CubeLoops.LoopOfEdge[_cells.Cases[cell] * CubeLoops.Edges + edge];

    private int EmitQuad(ReadOnlySpan<int> q, Span<int> triangles, int at)
    {
        Vector3 a = _vertices.Positions[q[0]], b = _vertices.Positions[q[1]];
        Vector3 c = _vertices.Positions[q[2]], d = _vertices.Positions[q[3]];
        var alongAc = Evenness(Vector3.Cross(b - a, c - a), Vector3.Cross(c - a, d - a), (c - a).LengthSquared());
        var alongBd = Evenness(Vector3.Cross(b - a, d - a), Vector3.Cross(c - b, d - b), (d - b).LengthSquared());
        if (alongAc >= alongBd)
        {
            (triangles[at], triangles[at + 1], triangles[at + 2]) = (q[0], q[1], q[2]);
            (triangles[at + 3], triangles[at + 4], triangles[at + 5]) = (q[0], q[2], q[3]);
        }
        else
        {
            (triangles[at], triangles[at + 1], triangles[at + 2]) = (q[0], q[1], q[3]);
            (triangles[at + 3], triangles[at + 4], triangles[at + 5]) = (q[1], q[2], q[3]);
        }
        return at + 6;
    }

    // How good a diagonal is: the smaller of its two triangles against its own length, less where they fold.
    private static float Evenness(Vector3 first, Vector3 second, float diagonalSquared)
    {
        var smaller = MathF.Min(first.LengthSquared(), second.LengthSquared());
        var fold = Vector3.Dot(first, second);
        return fold <= 0 ? fold - 1 : MathF.Sqrt(smaller) / diagonalSquared;
    }

    private static int EmitFan(ReadOnlySpan<int> ring, Span<int> triangles, int at)
    {
        // Fan from a split vertex: its diagonals occur nowhere else. Split vertices have the highest indices.
        var apex = 0;
        for (var k = 1; k < ring.Length; k++) if (ring[k] > ring[apex]) apex = k;
        for (var k = 1; k + 1 < ring.Length; k++)
        {
            triangles[at++] = ring[apex];
            triangles[at++] = ring[(apex + k) % ring.Length];
            triangles[at++] = ring[(apex + k + 1) % ring.Length];
        }
        return at;
    }
}
