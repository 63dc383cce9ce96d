using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Selfie3D.Meshing;

/// <summary>
/// The distance inside one cell, smoother than trilinear: from the samples at its corners and the central differences there.
/// </summary>
/// <remarks>
/// Linear interpolation between samples h apart misses f'' h t (1 - t) / 2 of a distance that curves, which puts round shapes too far
/// inside. Here that is added along each axis, with the smaller of the second differences at both ends, and nothing where they
/// differ in sign, because there the distance has a ridge (inside thin parts) or is noise. Triangles between vertices on such a
/// surface cut through it, so a little more is added: vertices lie as far outside as the middles of triangles lie inside.
/// The lanes of a vector are the corners of the cell, in the order of <see cref="CubeLoops"/>.
/// </remarks>
internal readonly struct CellField
{
    /// <summary>Samples along an axis of the block around a cell that is read.</summary>
    public const int BlockSize = 4;
    private const float Bulge = 0.57f; // 0.5 for the distance itself
    private const float LeastSlope = 1e-8f;
    private const float NearEnough = 0.05f; // of the cell: from there one step is as good as two
    private const float MissedLittle = 0.002f; // of the cell: so far off the box may keep a vertex
    private const float LeastShare = 0.01f;  // of the squared gradient: less along a wall leads nowhere
    private const int FurtherSteps = 2;

    private static Vector256<float> HighX => Vector256.Create(0f, 1, 0, 1, 0, 1, 0, 1);
    private static Vector256<float> HighY => Vector256.Create(0f, 0, 1, 1, 0, 0, 1, 1);
    private static Vector256<float> HighZ => Vector256.Create(0f, 0, 0, 0, 1, 1, 1, 1);

    private readonly Vector256<float> _value, _x, _y, _z; // samples and central differences
    private readonly Vector256<float> _bendX, _bendY, _bendZ; // second differences along the edges of the cell

    /// <summary>Reads the 4 x 4 x 4 samples around a cell.</summary>
    /// <param name="lowest">The sample at the cell's corner 0; one sample before it and two after it on every axis exist.</param>
    /// <param name="row">Samples from one y to the next.</param>
    /// <param name="slice">Samples from one z to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CellField(ref float lowest, nint row, nint slice)
    {
        Vector256<float> beforeX, afterX, beforeY, afterY;
        if (Avx.IsSupported)
        {
            // Every sample is read once: rows of four along x at y 0 and at y 1, z 0 in the lower half and z 1 in the upper.
            var near = Rows(ref Unsafe.Add(ref lowest, -1), slice);
            var far = Rows(ref Unsafe.Add(ref lowest, row - 1), slice);
            _value = Avx.Shuffle(near, far, 0b10_01_10_01);
            (beforeX, afterX) = (Avx.Shuffle(near, far, 0b01_00_01_00), Avx.Shuffle(near, far, 0b11_10_11_10));
            beforeY = Avx.UnpackLow(Pairs(ref Unsafe.Add(ref lowest, -row), slice), _value.AsDouble()).AsSingle();
            afterY = Avx.Shuffle(_value.AsDouble(), Pairs(ref Unsafe.Add(ref lowest, 2 * row), slice), 0b0101).AsSingle();
        }
        else
        {
            _value = Corners(ref lowest, row, slice);
            (beforeX, afterX) = (Corners(ref Unsafe.Add(ref lowest, -1), row, slice), Corners(ref Unsafe.Add(ref lowest, 1), row, slice));
            (beforeY, afterY) = (Corners(ref Unsafe.Add(ref lowest, -row), row, slice), Corners(ref Unsafe.Add(ref lowest, row), row, slice));
        }

        var beforeZ = Vector256.Create(Two(ref Unsafe.Add(ref lowest, -slice), row), _value.GetLower());
        var afterZ = Vector256.Create(_value.GetUpper(), Two(ref Unsafe.Add(ref lowest, 2 * slice), row));
        (_x, _bendX) = Differences(_value, beforeX, afterX);
        (_y, _bendY) = Differences(_value, beforeY, afterY);
        (_z, _bendZ) = Differences(_value, beforeZ, afterZ);
        _bendX = Smaller(_bendX, Vector256.Shuffle(_bendX, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));
        _bendY = Smaller(_bendY, Vector256.Shuffle(_bendY, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5)));
        _bendZ = Smaller(_bendZ, Vector256.Create(_bendZ.GetUpper(), _bendZ.GetLower()));
    }

    /// <summary>The samples at the corners of the cell that starts at one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Corners(ref float lowest, nint row, nint slice) => Vector256.Create(
        Pair(ref lowest), Pair(ref Unsafe.Add(ref lowest, row)),
        Pair(ref Unsafe.Add(ref lowest, slice)), Pair(ref Unsafe.Add(ref lowest, slice + row))).AsSingle();

    /// <summary>Moves a point along the gradient to where the distance is 0, and no farther than the box that vertices may lie in.</summary>
    /// <param name="lowest">The sample at the cell's corner 0; one sample before it and two after it on every axis exist.</param>
    /// <param name="row">Samples from one y to the next.</param>
    /// <param name="slice">Samples from one z to the next.</param>
    /// <param name="at">Fractions of the cell.</param>
    /// <returns>Where it came to lie, and the gradient (of any length, not finite where samples are not).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector128<float> At, Vector128<float> Gradient) ToSurface(ref float lowest, nint row, nint slice, Vector128<float> at)
    {
        var both = new CellField(ref lowest, row, slice).GradientAndValue(at);
        var gradient = both.WithElement(3, 0f);
        var slope = Vector128.Dot(gradient, gradient);
        // Central differences are twice the gradient.
        var away = gradient * (2 * both.GetElement(3) / MathF.Max(slope, LeastSlope));
        var aim = at - away;
        at = CellBox.Inside(aim);
        var missed = aim - at;
        return Vector128.Dot(away, away) > NearEnough * NearEnough | Vector128.Dot(missed, missed) > MissedLittle * MissedLittle
            ? Again(ref lowest, row, slice, at)
            : (at, gradient);
    }

    // Where the box is in the way, along its wall. Reads the samples once more: that is seldom, and otherwise they never have to leave the registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (Vector128<float> At, Vector128<float> Gradient) Again(ref float lowest, nint row, nint slice, Vector128<float> at)
    {
        var field = new CellField(ref lowest, row, slice);
        var gradient = Vector128<float>.Zero;
        for (int step = 0; step < FurtherSteps; step++)
        {
            var both = field.GradientAndValue(at);
            gradient = both.WithElement(3, 0f);
            var side = both.GetElement(3) * gradient;
            var atWall = (Vector128.LessThanOrEqual(at, CellBox.Low) & Vector128.GreaterThan(side, Vector128<float>.Zero))
                | (Vector128.GreaterThanOrEqual(at, CellBox.High) & Vector128.LessThan(side, Vector128<float>.Zero));
            var along = Vector128.AndNot(gradient, atWall);
            var slope = Vector128.Dot(along, along);
            if (!(slope > LeastShare * Vector128.Dot(gradient, gradient))) break;
            at = CellBox.Inside(at - along * (2 * both.GetElement(3) / MathF.Max(slope, LeastSlope)));
        }
        return (at, gradient);
    }

    /// <summary>The gradient at a point, of any length.</summary>
    public Vector128<float> Gradient(Vector128<float> at) => GradientAndValue(at).WithElement(3, 0f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> GradientAndValue(Vector128<float> at)
    {
        var beyondX = Vector256.Create(at.GetElement(0)) - HighX;
        var beyondY = Vector256.Create(at.GetElement(1)) - HighY;
        var beyondZ = Vector256.Create(at.GetElement(2)) - HighZ;
        // 1 - x at the low corners and x at the high ones.
        var weight = (Vector256<float>.One - Vector256.Abs(beyondX)) * (Vector256<float>.One - Vector256.Abs(beyondY))
            * (Vector256<float>.One - Vector256.Abs(beyondZ));
        var arc = Bulge * (at - at * at);
        var value = _value - (_bendX * arc.GetElement(0) + _bendY * arc.GetElement(1) + _bendZ * arc.GetElement(2));
        return VectorSums.Of(Halves(weight * _x), Halves(weight * _y), Halves(weight * _z), Halves(weight * value));

        static Vector128<float> Halves(Vector256<float> v) => v.GetLower() + v.GetUpper();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Central, Vector256<float> Second) Differences(Vector256<float> here, Vector256<float> before, Vector256<float> after) =>
        (after - before, after + before - (here + here));

    // The one nearer to 0, or 0 where the signs differ. Where one is no number the gradient is none either, so it does not matter here.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Smaller(Vector256<float> a, Vector256<float> b) =>
        Vector256.MaxNative(Vector256.MinNative(a, b), Vector256<float>.Zero) + Vector256.MinNative(Vector256.MaxNative(a, b), Vector256<float>.Zero);

    // Four samples along x at z 0, and at z 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Rows(ref float first, nint slice) =>
        Vector256.Create(Vector128.LoadUnsafe(ref first), Vector128.LoadUnsafe(ref Unsafe.Add(ref first, slice)));

    // Two samples along x at z 0, and at z 1, in the lower half of each lane.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Pairs(ref float first, nint slice) =>
        Vector256.Create(Vector128.CreateScalarUnsafe(Pair(ref first)), Vector128.CreateScalarUnsafe(Pair(ref Unsafe.Add(ref first, slice))));

    // Two samples along x at y 0, and at y 1.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Two(ref float first, nint row) => Vector128.Create(Pair(ref first), Pair(ref Unsafe.Add(ref first, row))).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Pair(ref float first) => Unsafe.ReadUnaligned<double>(ref Unsafe.As<float, byte>(ref first));
}
