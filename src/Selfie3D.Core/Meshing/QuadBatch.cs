using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Selfie3D.Meshing;

/// <summary>Cuts quadrilaterals into two triangles each, along the better diagonal; eight at once, a lane of the vectors for each.</summary>
internal ref struct QuadBatch
{
    /// <summary>How long the buffer has to be.</summary>
    public const int BufferLength = 4 * Room;

    private const int Lanes = 8;
    private const int Full = 64;                 // quadrilaterals that are waited for
    private const int Room = Full + Lanes;       // and those that a cell may add to one less, and whatever is written after the last
    private const float LeastAgreement = 0.7f;   // cosine

    private readonly Vector128<float>[] _points, _normals;
    private readonly bool[] _suspect;
    private readonly Span<int> _corners; // the first corner of all that wait, then the second, the third and the fourth
    private Span<int> _triangles;
    private int _count;

    /// <summary>Begins.</summary>
    /// <param name="points">[vertex] x, y, z.</param>
    /// <param name="normals">[vertex] x, y, z.</param>
    /// <param name="suspect">[vertex] set where a triangle looks elsewhere than the normals of its corners.</param>
    /// <param name="triangles">Filled from the front.</param>
    /// <param name="buffer">For those that wait.</param>
    public QuadBatch(Vector128<float>[] points, Vector128<float>[] normals, bool[] suspect, Span<int> triangles, Span<int> buffer)
    {
        (_points, _normals, _suspect) = (points, normals, suspect);
        _triangles = triangles;
        _corners = buffer;
    }

    /// <summary>Adds one, or not; at most five times before <see cref="EmitFull"/>.</summary>
    /// <param name="really">1, or 0 for not.</param>
    /// <param name="a">Vertices, around it.</param>
    /// <param name="b">The next.</param>
    /// <param name="c">The one after it; if it is not really added, any number.</param>
    /// <param name="d">The last.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddIf(int really, int a, int b, int c, int d)
    {
        ref int at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_corners), _count);
        at = a;
        Unsafe.Add(ref at, Room) = b;
        Unsafe.Add(ref at, 2 * Room) = c;
        Unsafe.Add(ref at, 3 * Room) = d;
        _count += really;
    }

    /// <summary>Makes triangles of those that wait when there are enough.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EmitFull()
    {
        if (_count >= Full)
            EmitFirst();
    }

    /// <summary>Makes triangles of all that wait.</summary>
    public void EmitRest()
    {
        // What is in the lanes after them has to be vertices too.
        for (int corner = 0; corner < 4; corner++)
            _corners.Slice(corner * Room + _count, Lanes - 1).Clear();
        for (int first = 0; first < _count; first += Lanes)
            Emit(first, Math.Min(Lanes, _count - first));
        _count = 0;
    }

    /// <summary>Makes triangles of all that wait, and room for more after them that somebody else makes.</summary>
    public Span<int> Take(int count)
    {
        EmitRest();
        var taken = _triangles[..(3 * count)];
        _triangles = _triangles[(3 * count)..];
        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EmitFirst()
    {
        for (int first = 0; first < Full; first += Lanes)
            Emit(first, Lanes);
        _count -= Full;
        for (int corner = 0; corner < 4; corner++)
            _corners.Slice(corner * Room + Full, _count).CopyTo(_corners[(corner * Room)..]);
    }

    private void Emit(int first, int count)
    {
        ReadOnlySpan<int> atA = _corners.Slice(first, Lanes), atB = _corners.Slice(first + Room, Lanes),
            atC = _corners.Slice(first + 2 * Room, Lanes), atD = _corners.Slice(first + 3 * Room, Lanes);
        var a = Triple.Gather(_points, atA);
        Triple ab = Triple.Gather(_points, atB) - a, ac = Triple.Gather(_points, atC) - a, ad = Triple.Gather(_points, atD) - a;
        // Index order runs against the axes here (see Mesh): these point inward. Both ways to cut have the same sum.
        Triple abc = Triple.Cross(ab, ac), acd = Triple.Cross(ac, ad), abd = Triple.Cross(ab, ad);
        Triple bcd = abc + acd - abd, bd = ad - ab;
        Vector256<float> acSquare = Triple.Dot(ac, ac), bdSquare = Triple.Dot(bd, bd);
        var cutAc = Vector256.GreaterThanOrEqual(Evenness(abc, acd) * (bdSquare * bdSquare), Evenness(abd, bcd) * (acSquare * acSquare));

        // Named again from one end of the diagonal: p and r.
        Vector256<int> a8 = Vector256.Create(atA), b8 = Vector256.Create(atB), c8 = Vector256.Create(atC), d8 = Vector256.Create(atD);
        var choice = cutAc.AsInt32();
        Store(Vector256.ConditionalSelect(choice, a8, b8), Vector256.ConditionalSelect(choice, b8, c8),
            Vector256.ConditionalSelect(choice, c8, d8), Vector256.ConditionalSelect(choice, d8, a8), count);

        Triple normalA = Triple.Gather(_normals, atA), normalB = Triple.Gather(_normals, atB), normalC = Triple.Gather(_normals, atC), normalD = Triple.Gather(_normals, atD);
        Triple normalP = Triple.Choose(cutAc, normalA, normalB), normalR = Triple.Choose(cutAc, normalC, normalD);
        var agree = Agree(Triple.Choose(cutAc, abc, bcd), normalP, Triple.Choose(cutAc, normalB, normalC), normalR)
            & Agree(Triple.Choose(cutAc, acd, abd), normalP, normalR, Triple.Choose(cutAc, normalD, normalA));
        for (uint disagree = ~agree.ExtractMostSignificantBits() & (1u << count) - 1; disagree != 0; disagree &= disagree - 1)
        {
            int lane = BitOperations.TrailingZeroCount(disagree);
            _suspect[atA[lane]] = _suspect[atB[lane]] = _suspect[atC[lane]] = _suspect[atD[lane]] = true;
        }
    }

    // The triangles p q r and p r s.
    private void Store(Vector256<int> p, Vector256<int> q, Vector256<int> r, Vector256<int> s, int count)
    {
        var (first, second, third, fourth) = Triple.Transpose(p.AsSingle(), q.AsSingle(), r.AsSingle(), s.AsSingle());
        ReadOnlySpan<Vector128<float>> quads = [first.GetLower(), second.GetLower(), third.GetLower(), fourth.GetLower(),
            first.GetUpper(), second.GetUpper(), third.GetUpper(), fourth.GetUpper()];
        var triangles = _triangles[..(6 * count)];
        for (int k = 0; k < count; k++)
        {
            var quad = quads[k].AsInt32();
            Vector128.Shuffle(quad, Vector128.Create(0, 1, 2, 0)).CopyTo(triangles[(6 * k)..]);
            Vector128.Shuffle(quad, Vector128.Create(2, 3, 2, 3)).GetLower().CopyTo(triangles[(6 * k + 4)..]);
        }
        _triangles = _triangles[(6 * count)..];
    }

    // How good a diagonal is: the smaller of its two triangles, squared, or less than nothing where they fold.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Evenness(in Triple first, in Triple second)
    {
        var fold = Triple.Dot(first, second);
        return Vector256.ConditionalSelect(Vector256.LessThanOrEqual(fold, Vector256<float>.Zero),
            fold - Vector256<float>.One, Vector256.MinNative(Triple.Dot(first, first), Triple.Dot(second, second)));
    }

    // Whether a triangle looks where the normals at its corners do.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Agree(in Triple inward, in Triple a, in Triple b, in Triple c)
    {
        var least = LeastAgreement * LeastAgreement * Triple.Dot(inward, inward);
        return AgreeOne(inward, a, least) & AgreeOne(inward, b, least) & AgreeOne(inward, c, least);

        static Vector256<float> AgreeOne(in Triple inward, in Triple normal, Vector256<float> least)
        {
            var dot = Triple.Dot(inward, normal);
            return Vector256.LessThan(dot, Vector256<float>.Zero) & Vector256.GreaterThan(dot * dot, least);
        }
    }

    // Eight vectors of space.
    private readonly record struct Triple(Vector256<float> X, Vector256<float> Y, Vector256<float> Z)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Triple Gather(Vector128<float>[] from, ReadOnlySpan<int> at)
        {
            var (x, y, z, _) = Transpose(
                Vector256.Create(from[at[0]], from[at[4]]), Vector256.Create(from[at[1]], from[at[5]]),
                Vector256.Create(from[at[2]], from[at[6]]), Vector256.Create(from[at[3]], from[at[7]]));
            return new(x, y, z);
        }

        // In each half a square of 4 x 4.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) Transpose(
            Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
        {
            if (Avx.IsSupported)
            {
                Vector256<float> lowAb = Avx.UnpackLow(a, b), highAb = Avx.UnpackHigh(a, b), lowCd = Avx.UnpackLow(c, d), highCd = Avx.UnpackHigh(c, d);
                return (Avx.Shuffle(lowAb, lowCd, 0b01_00_01_00), Avx.Shuffle(lowAb, lowCd, 0b11_10_11_10),
                    Avx.Shuffle(highAb, highCd, 0b01_00_01_00), Avx.Shuffle(highAb, highCd, 0b11_10_11_10));
            }

            return (Column(0), Column(1), Column(2), Column(3));

            Vector256<float> Column(int k) => Vector256.Create(a[k], b[k], c[k], d[k], a[k + 4], b[k + 4], c[k + 4], d[k + 4]);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Triple operator +(in Triple a, in Triple b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Triple operator -(in Triple a, in Triple b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Dot(in Triple a, in Triple b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Triple Cross(in Triple a, in Triple b) => new(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Triple Choose(Vector256<float> choice, in Triple a, in Triple b) => new(
            Vector256.ConditionalSelect(choice, a.X, b.X), Vector256.ConditionalSelect(choice, a.Y, b.Y), Vector256.ConditionalSelect(choice, a.Z, b.Z));
    }
}
