using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// The edge or the tip of a surface that is not smooth inside a cell, as at the rim of a flat cut: where the tangent planes of
/// the samples around it meet (after Ju et al., Dual contouring of Hermite data, 2002).
/// </summary>
/// <remarks>
/// Central differences look across an edge. Here the differences of a sample are taken towards one side on each axis, those that
/// make a gradient of length 1, as a distance has it wherever it is smooth. Only planes that meet almost exactly count: what a
/// network has moved is never so sharp, and a place that is only guessed would be a spike.
/// </remarks>
internal static class SharpPlace
{
    /// <summary>A squared gradient by central differences (twice the gradient) below this says that the surface bends strongly.</summary>
    public const float LargestSquare = 3.0f;

    private const float LengthTolerance = 0.01f; // of the squared gradient of a sample
    private const float ExactLength = 0.0005f;   // the same, of one that does not curve at all
    private const float Tie = 0.02f;             // weight of the place there was, against that of a plane
    private const float LargestMiss = 0.006f;      // samples: root mean square distance from the planes
    private const float Slack = 0.15f;           // cells that a place may lie outside, to be brought in
    private const int LeastPlanes = 5;

    private static Vector256<float> BeforeX => Vector256.Create(0, -1, 0, -1, 0, -1, 0, -1).AsSingle();
    private static Vector256<float> BeforeY => Vector256.Create(0, 0, -1, -1, 0, 0, -1, -1).AsSingle();
    private static Vector256<float> BeforeZ => Vector256.Create(0, 0, 0, 0, -1, -1, -1, -1).AsSingle();

    /// <summary>Finds it.</summary>
    /// <param name="lowest">The sample at the cell's corner 0; one sample before it and two after it on every axis exist.</param>
    /// <param name="row">Samples from one y to the next.</param>
    /// <param name="slice">Samples from one z to the next.</param>
    /// <param name="at">A place on the surface, fractions of the cell; where the planes leave it open, the new one is near it.</param>
    /// <param name="place">The new place; may lie a little outside the cell.</param>
    /// <returns>False when the samples make no edge.</returns>
    public static bool TryFind(ref float lowest, nint row, nint slice, Vector3 at, out Vector3 place)
    {
        Span<Vector4> planes = stackalloc Vector4[8];
        int count = 0, exact = 0; // the exact ones come first
        for (int corner = 0; corner < 8; corner++)
        {
            var from = new Vector3(corner & 1, corner >> 1 & 1, corner >> 2);
            ref float sample = ref Unsafe.Add(ref lowest, (corner & 1) + (corner >> 1 & 1) * row + (corner >> 2) * slice);
            float off = Gradient(ref sample, row, slice, out var gradient);
            if (!(off < LengthTolerance))
                continue;
            planes[count++] = new Vector4(gradient, sample - Vector3.Dot(gradient, from));
            if (off < ExactLength)
                (planes[exact++], planes[count - 1]) = (planes[count - 1], planes[exact - 1]);
        }

        // Outside, a distance curves around an edge or a tip: where not all planes meet, those may that do not look across the curve.
        return TryMeet(planes[..count], at, out place) || (exact < count && TryMeet(planes[..exact], at, out place));
    }

    private static bool TryMeet(ReadOnlySpan<Vector4> planes, Vector3 at, out Vector3 place)
    {
        place = at;
        if (planes.Length < LeastPlanes)
            return false;
        place = Meet(planes, at);
        float miss = 0;
        foreach (var plane in planes)
            miss += Squared(Vector4.Dot(plane, new Vector4(place, 1)));
        var outside = Vector3.Max(-place, place - Vector3.One);
        return miss <= LargestMiss * LargestMiss * planes.Length && MathF.Max(outside.X, MathF.Max(outside.Y, outside.Z)) < Slack;
    }

    // Of the eight ways to take one-sided differences that whose length is nearest to 1; how far its square is off.
    private static float Gradient(ref float sample, nint row, nint slice, out Vector3 gradient)
    {
        Vector3 here = new(sample);
        var after = new Vector3(Unsafe.Add(ref sample, 1), Unsafe.Add(ref sample, row), Unsafe.Add(ref sample, slice)) - here;
        var before = here - new Vector3(Unsafe.Add(ref sample, -1), Unsafe.Add(ref sample, -row), Unsafe.Add(ref sample, -slice));
        // Lane by lane all ways: bit a of the lane's number says before rather than after along axis a.
        var x = Vector256.ConditionalSelect(BeforeX, Vector256.Create(before.X), Vector256.Create(after.X));
        var y = Vector256.ConditionalSelect(BeforeY, Vector256.Create(before.Y), Vector256.Create(after.Y));
        var z = Vector256.ConditionalSelect(BeforeZ, Vector256.Create(before.Z), Vector256.Create(after.Z));
        var off = Vector256.Abs(x * x + y * y + z * z - Vector256<float>.One);
        var four = Vector128.Min(off.GetLower(), off.GetUpper());
        var two = Vector128.Min(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        float least = MathF.Min(two.GetElement(0), two.GetElement(1));
        int sides = BitOperations.TrailingZeroCount(Vector256.Equals(off, Vector256.Create(least)).ExtractMostSignificantBits());
        gradient = new Vector3((sides & 1) != 0 ? before.X : after.X, (sides & 2) != 0 ? before.Y : after.Y, (sides & 4) != 0 ? before.Z : after.Z);
        return least;
    }

    // Least squares, tied to a place by a small weight: normal equations by Cramer's rule.
    private static Vector3 Meet(ReadOnlySpan<Vector4> planes, Vector3 at)
    {
        Vector3 x = new(Tie, 0, 0), y = new(0, Tie, 0), z = new(0, 0, Tie), right = Vector3.Zero;
        foreach (var plane in planes)
        {
            var n = plane.AsVector3();
            x += n.X * n;
            y += n.Y * n;
            z += n.Z * n;
            right -= Vector4.Dot(plane, new Vector4(at, 1)) * n;
        }

        var yz = Vector3.Cross(y, z);
        float determinant = Vector3.Dot(x, yz);
        return at + new Vector3(Vector3.Dot(right, yz), Vector3.Dot(x, Vector3.Cross(right, z)), Vector3.Dot(x, Vector3.Cross(y, right))) / determinant;
    }

    private static float Squared(float value) => value * value;
}
