using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// Joins the vertices of <see cref="NetVertices"/>: around every cut edge of the grid lies one loop in each of four
/// cells, and their vertices make a quadrilateral, cut into two triangles along the better diagonal.
/// </summary>
internal sealed class NetTriangles
{
    private const float LeastAgreement = 0.7f; // cosine

    private readonly SurfaceCells _cells;
    private readonly NetVertices _vertices;
    private readonly DoubleEdges _doubles;
    private readonly bool[] _suspect;
    private readonly int[] _sliceStart; // [z] the first triangle of the slice

    /// <summary>Counts the triangles.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="vertices">Their vertices.</param>
    /// <param name="doubles">The double edges between them.</param>
    /// <param name="suspect">[vertex] set where a triangle looks elsewhere than the normal does, and around double edges.</param>
    public NetTriangles(SurfaceCells cells, NetVertices vertices, DoubleEdges doubles, bool[] suspect)
    {
        (_cells, _vertices, _doubles, _suspect) = (cells, vertices, doubles, suspect);
        _sliceStart = new int[cells.Slices + 1];
        for (var z = 0; z < cells.Slices; z++)
            _sliceStart[z + 1] = _sliceStart[z] + (doubles.Count == 0 ? 2 * cells.OwnCutsOfSlice(z) : CountWithDoubles(z));
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
        var triangles = all[(3 * _sliceStart[z])..(3 * _sliceStart[z + 1])];
        var own = CubeLoops.OwnCuts;
        var points = _vertices.Points;
        var normals = _vertices.Normals;
        Span<int> ring = stackalloc int[8];
        var last = _cells.SliceStart(z + 1);
        for (var cell = _cells.SliceStart(z); cell < last; cell++)
        {
            int inside = _cells.Cases[cell], cuts = own[inside];
            if (cuts == 0) continue;
            if (!_cells.HasSeveralLoops)
            {
                // Vertices have the indices of their cells.
                var (x, y, _) = SurfaceCells.Unpack(_cells.Keys[cell]);
                var word = _cells.WordOf(x, y, z);
                int atY = _cells.IndexOf(Math.Max(word - _cells.StepY, 0), x), atZ = _cells.IndexOf(Math.Max(word - _cells.StepZ, 0), x);
                var turned = (inside & 1) != 0;
                if ((cuts & 1) != 0)
                {
                    var atYz = _cells.IndexOf(word - _cells.StepY - _cells.StepZ, x);
                    EmitQuad(cell, turned ? atZ : atY, atYz, turned ? atY : atZ, points, normals, _suspect, triangles);
                    triangles = triangles[6..];
                }
                if ((cuts & 2) != 0)
                {
                    EmitQuad(cell, turned ? cell - 1 : atZ, atZ - 1, turned ? atZ : cell - 1, points, normals, _suspect, triangles);
                    triangles = triangles[6..];
                }
                if ((cuts & 4) != 0)
                {
                    EmitQuad(cell, turned ? atY : cell - 1, atY - 1, turned ? cell - 1 : atY, points, normals, _suspect, triangles);
                    triangles = triangles[6..];
                }
                continue;
            }
            for (var axis = 0; axis < 3; axis++)
            {
                if ((cuts >> axis & 1) == 0) continue;
                var corners = ring[..Ring(cell, axis, ring)];
                // The ring turns about the axis; the surface faces along it where corner 0 is inside.
                if ((inside & 1) != 0) corners[1..].Reverse();
                if (corners.Length == 4) EmitQuad(corners[0], corners[1], corners[2], corners[3], points, normals, _suspect, triangles);
                else EmitFan(corners, _suspect, triangles);
                triangles = triangles[(3 * (corners.Length - 2))..];
            }
        }
    }

    private int CountWithDoubles(int z)
    {
        var count = 0;
        Span<int> ring = stackalloc int[8];
        for (var cell = _cells.SliceStart(z); cell < _cells.SliceStart(z + 1); cell++)
            for (var axis = 0; axis < 3; axis++)
                if ((CubeLoops.OwnCuts[_cells.Cases[cell]] >> axis & 1) != 0) count += Ring(cell, axis, ring) - 2;
        return count;
    }

    // The vertices around the edge from the cell's corner 0 along an axis, with those of double edges where there are any.
    private int Ring(int cell, int axis, Span<int> ring)
    {
        var (x, y, z) = SurfaceCells.Unpack(_cells.Keys[cell]);
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

    private static void EmitQuad(int a, int b, int c, int d, Vector128<float>[] points, Vector128<float>[] normals, bool[] suspect, Span<int> triangles)
    {
        var start = points[a];
        Vector128<float> alongAb = points[b] - start, alongAc = points[c] - start, alongAd = points[d] - start;
        // Index order runs against the axes here (see Mesh): these point inward. Both ways to cut have the same sum.
        Vector128<float> abc = Cross(alongAb, alongAc), acd = Cross(alongAc, alongAd), abd = Cross(alongAb, alongAd);
        var bcd = abc + acd - abd;
        Vector128<float> alongBd = alongAd - alongAb;
        var one = VectorSums.Of(abc * acd, abc * abc, acd * acd, alongAc * alongAc);
        var other = VectorSums.Of(abd * bcd, abd * abd, bcd * bcd, alongBd * alongBd);
        var cutAc = Evenness(one) * Squared(other.GetElement(3)) >= Evenness(other) * Squared(one.GetElement(3));
        // Named again from one end of the diagonal, without a branch: which one is better can not be foreseen.
        int p = cutAc ? a : b, q = cutAc ? b : c, r = cutAc ? c : d, s = cutAc ? d : a;
        var choice = Vector128.Create(cutAc ? -1 : 0).AsSingle();
        (triangles[5], triangles[0], triangles[1], triangles[2], triangles[3], triangles[4]) = (s, p, q, r, p, r);
        Vector128<float> atP = normals[p], atR = normals[r];
        if (Agree(Vector128.ConditionalSelect(choice, abc, bcd), atP, normals[q], atR)
            & Agree(Vector128.ConditionalSelect(choice, acd, abd), atP, atR, normals[s])) return;
        suspect[a] = suspect[b] = suspect[c] = suspect[d] = true;
    }

    // How good a diagonal is: the smaller of its two triangles, squared, or less than nothing where they fold.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Evenness(Vector128<float> foldAndSquares)
    {
        var fold = foldAndSquares.ToScalar();
        return fold <= 0 ? fold - 1 : MathF.Min(foldAndSquares.GetElement(1), foldAndSquares.GetElement(2));
    }

    // Whether a triangle looks where the normals at its corners do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Agree(Vector128<float> inward, Vector128<float> a, Vector128<float> b, Vector128<float> c)
    {
        var dots = VectorSums.Of(inward * a, inward * b, inward * c, inward * inward);
        var least = Vector128.Create(LeastAgreement * LeastAgreement * dots.GetElement(3));
        var agree = Vector128.LessThan(dots, Vector128<float>.Zero) & Vector128.GreaterThan(dots * dots, least);
        return (agree.ExtractMostSignificantBits() & 7) == 7;
    }

    // Of x, y, z and 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Cross(Vector128<float> a, Vector128<float> b)
    {
        var difference = a * Vector128.Shuffle(b, Vector128.Create(1, 2, 0, 3)) - Vector128.Shuffle(a, Vector128.Create(1, 2, 0, 3)) * b;
        return Vector128.Shuffle(difference, Vector128.Create(1, 2, 0, 3));
    }

    private static float Squared(float value) => value * value;

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
