using System.Runtime.CompilerServices;

namespace Selfie3D.Meshing;

/// <summary>
/// Joins the vertices of <see cref="NetVertices"/>: around every cut edge of the grid lies one loop in each of four
/// cells, and their vertices make a quadrilateral, cut into two triangles along the better diagonal.
/// </summary>
internal sealed class NetTriangles
{
    private readonly SurfaceCells _cells;
    private readonly NetVertices _vertices;
    private readonly DoubleEdges _doubles;
    private readonly bool[] _suspect;
    private readonly int[] _sliceStart; // [z] the first triangle of the slice

    /// <summary>Counts the triangles.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="vertices">Their vertices.</param>
    /// <param name="doubles">The double edges between them.</param>
    /// <param name="ownCuts">How many edges from corner 0 of the cells of a slice are cut.</param>
    /// <param name="suspect">[vertex] set where a triangle looks elsewhere than the normal does, and around double edges.</param>
    public NetTriangles(SurfaceCells cells, NetVertices vertices, DoubleEdges doubles, Func<int, int> ownCuts, bool[] suspect)
    {
        (_cells, _vertices, _doubles, _suspect) = (cells, vertices, doubles, suspect);
        _sliceStart = new int[cells.Slices + 1];
        for (var z = 0; z < cells.Slices; z++)
            _sliceStart[z + 1] = _sliceStart[z] + 2 * ownCuts(z) + (doubles.Count == 0 ? 0 : TrianglesByDoubles(z));
    }

    /// <summary>3 T.</summary>
    public int IndexCount => 3 * _sliceStart[^1];

    /// <summary>
    /// Makes the triangles around the cut edges that start in the cells of a slice, counter-clockwise from outside in a right-handed
    /// frame with y and z turned over; its vertices and those of the slice before are done.
    /// </summary>
    /// <param name="z">The slice.</param>
    /// <param name="all">3 T vertex indices; those of the slice are set.</param>
    public void Emit(int z, Span<int> all)
    {
        var quads = new QuadBatch(
            _vertices.Points, _vertices.Normals, _suspect, all[(3 * _sliceStart[z])..(3 * _sliceStart[z + 1])], stackalloc int[QuadBatch.BufferLength]);
        var own = CubeLoops.OwnCuts;
        int stepY = _cells.StepY, stepZ = _cells.StepZ, last = _cells.SliceStart(z + 1);
        for (var cell = _cells.SliceStart(z); cell < last; cell++)
        {
            var key = _cells.Keys[cell];
            int inside = _cells.Cases[cell], cuts = own[inside];
            if ((key & SurfaceCells.BesideKnot) != 0)
            {
                EmitRings(cell, z, ref quads);
                continue;
            }
            // Vertices have the indices of their cells. Which edges are cut can not be foreseen, so all are looked at as if they were.
            var (x, y) = SurfaceCells.Unpack(key);
            var word = _cells.WordOf(x, y, z);
            int atY = _cells.IndexOf(word - stepY, x), atZ = _cells.IndexOf(word - stepZ, x), atYz = _cells.IndexOf(word - stepY - stepZ, x);
            var turned = (inside & 1) != 0;
            quads.AddIf(cuts & 1, cell, turned ? atZ : atY, atYz, turned ? atY : atZ);
            quads.AddIf(cuts >> 1 & 1, cell, turned ? cell - 1 : atZ, atZ - 1, turned ? atZ : cell - 1);
            quads.AddIf(cuts >> 2, cell, turned ? atY : cell - 1, atY - 1, turned ? cell - 1 : atY);
            quads.EmitFull();
        }
        quads.EmitRest();
    }

    // Where there may be several loops and double edges.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EmitRings(int cell, int z, ref QuadBatch quads)
    {
        int inside = _cells.Cases[cell], cuts = CubeLoops.OwnCuts[inside];
        Span<int> ring = stackalloc int[8];
        for (var axis = 0; axis < 3; axis++)
        {
            if ((cuts >> axis & 1) == 0) continue;
            var corners = ring[..Ring(cell, z, axis, ring)];
            // The ring turns about the axis; the surface faces along it where corner 0 is inside.
            if ((inside & 1) != 0) corners[1..].Reverse();
            if (corners.Length == 4) quads.AddIf(1, corners[0], corners[1], corners[2], corners[3]);
            else EmitFan(corners, _suspect, quads.Take(corners.Length - 2));
        }
        quads.EmitFull();
    }

    // Each double edge's vertex in a ring makes a triangle more.
    private int TrianglesByDoubles(int z)
    {
        var count = 0;
        Span<int> ring = stackalloc int[8];
        for (var cell = _cells.SliceStart(z); cell < _cells.SliceStart(z + 1); cell++)
        {
            if ((_cells.Keys[cell] & SurfaceCells.BesideKnot) == 0) continue;
            for (var axis = 0; axis < 3; axis++)
                if ((CubeLoops.OwnCuts[_cells.Cases[cell]] >> axis & 1) != 0) count += Ring(cell, z, axis, ring) - 4;
        }
        return count;
    }

    // The vertices around the edge from the cell's corner 0 along an axis, with those of double edges where there are any.
    private int Ring(int cell, int z, int axis, Span<int> ring)
    {
        var (x, y) = SurfaceCells.Unpack(_cells.Keys[cell]);
        var word = _cells.WordOf(x, y, z);
        // Of the axes b and c after this one: the cells before on b, on c and on both. A cell at x - 1 has the index before.
        var (atB, atC, atBoth) = axis switch
        {
            0 => (_cells.IndexOf(word - _cells.StepY, x), _cells.IndexOf(word - _cells.StepZ, x), _cells.IndexOf(word - _cells.StepY - _cells.StepZ, x)),
            1 => (_cells.IndexOf(word - _cells.StepZ, x), cell - 1, _cells.IndexOf(word - _cells.StepZ, x) - 1),
            _ => (cell - 1, _cells.IndexOf(word - _cells.StepY, x), _cells.IndexOf(word - _cells.StepY, x) - 1),
        };

        // In the four cells the edge lies at (u, v) = (0, 0), (1, 0), (1, 1), (0, 1).
        ring[0] = _vertices.At(cell, CubeLoops.EdgeAt(axis, 0, 0));
        ring[1] = _vertices.At(atB, CubeLoops.EdgeAt(axis, 1, 0));
        ring[2] = _vertices.At(atBoth, CubeLoops.EdgeAt(axis, 1, 1));
        ring[3] = _vertices.At(atC, CubeLoops.EdgeAt(axis, 0, 1));
        return _doubles.Count == 0 ? 4 : WithDoubles(cell, atB, atC, atBoth, axis, ring);
    }

    private int WithDoubles(int cell, int atB, int atC, int atBoth, int axis, Span<int> ring)
    {
        // Faces between them: above atB on b, above atBoth on c, above atBoth on b, above atC on c.
        int b = (axis + 1) % 3, c = (axis + 2) % 3;
        var outside = (_cells.Cases[cell] & 1) == 0 ? 0 : 1; // the outside end of the edge, along the axis
        Span<int> between =
        [
            _doubles.Find(atB, b, axis, outside, 0), _doubles.Find(atBoth, c, axis, outside, 1),
            _doubles.Find(atBoth, b, axis, outside, 1), _doubles.Find(atC, c, axis, outside, 0),
        ];
        Span<int> plain = [ring[0], ring[1], ring[2], ring[3]];
        var count = 0;
        for (var k = 0; k < 4; k++)
        {
            ring[count++] = plain[k];
            if (between[k] >= 0) ring[count++] = between[k];
        }
        return count;
    }

    private static void EmitFan(ReadOnlySpan<int> ring, bool[] suspect, Span<int> triangles)
    {
        // Fan from the vertex of a double edge: its diagonals occur nowhere else. Those have the highest indices.
        int apex = 0, at = 0;
        for (var k = 1; k < ring.Length; k++) if (ring[k] > ring[apex]) apex = k;
        foreach (var vertex in ring) suspect[vertex] = true;
        for (var k = 1; k + 1 < ring.Length; k++)
        {
            triangles[at++] = ring[apex];
            triangles[at++] = ring[(apex + k) % ring.Length];
            triangles[at++] = ring[(apex + k + 1) % ring.Length];
        }
    }
}
