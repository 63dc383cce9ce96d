using System.Numerics;
using System.Runtime.Intrinsics;

namespace Selfie3D.Texturing;

/// <summary>
/// A fine light and dark pattern that runs from the crown downwards, so that hair nobody saw does not look like plastic.
/// </summary>
internal static class HairStrands
{
    private const float StrandLength = 0.03f;            // metres
    private const int ValueCount = 4096;
    private static readonly float[] Values = MakeValues();
    // Locks, coarse and fine strands: how many lie around the head, and how quickly they change along it.
    private static readonly Vector128<int> Period = Vector128.Create(74, 190, 520, 1);
    private static readonly Vector128<float> Around = Vector128.Create(74f, 190, 520, 0), Along = Vector128.Create(0.35f, 0.6f, 1, 0);
    private const float WhorlHeight = -0.02f;

    /// <summary>Where a place lies among the strands: around the head (0..1) and along them.</summary>
    public static Vector2 Place(Vector3 head)
    {
        var around = MathF.Atan2(head.X, -head.Z) / MathF.Tau + 0.5f;
        // Strands begin at a whorl a little behind the top and fall off with the distance from it along the head.
        var down = MathF.Atan2(MathF.Sqrt(head.X * head.X + head.Z * head.Z), head.Y - WhorlHeight) * 0.1f / StrandLength;
        return new Vector2(around, down);
    }

    /// <summary>About -1 to 1.</summary>
    public static float At(Vector2 place)
    {
        var noise = Noise(place);
        return 0.22f * noise[0] + 0.38f * noise[1] + 0.38f * noise[2];
    }

    /// <summary>The coarse part alone: how a hairline is frayed. About -1 to 1.</summary>
    public static float Fray(Vector2 place)
    {
        var noise = Noise(place);
        return 0.5f * noise[0] + 0.6f * noise[1];
    }

    // Value noise -1..1, periodic around the head: locks, coarse and fine strands.
    private static Vector128<float> Noise(Vector2 place)
    {
        Vector128<float> x = place.X * Around, y = place.Y * Along;
        var left = Vector128.ConvertToInt32(Vector128.Floor(x));
        var top = Vector128.ConvertToInt32(Vector128.Floor(y));
        Vector128<float> fx = x - Vector128.ConvertToSingle(left), fy = y - Vector128.ConvertToSingle(top);
        fx = fx * fx * (Vector128.Create(3f) - 2 * fx);
        fy = fy * fy * (Vector128.Create(3f) - 2 * fy);
        // A division costs more than all the rest; places lie once around the head, or a little beyond.
        while (Vector128.LessThanAny(left, Vector128<int>.Zero)) left += Vector128.LessThan(left, Vector128<int>.Zero) & Period;
        while (Vector128.GreaterThanOrEqualAny(left, Period)) left -= Vector128.GreaterThanOrEqual(left, Period) & Period;
        var right = left + Vector128<int>.One;
        right = Vector128.AndNot(right, Vector128.Equals(right, Period));
        var row = 97 * top;
        Vector128<float> upperLeft = Value(left + row), upperRight = Value(right + row);
        row += Vector128.Create(97);
        Vector128<float> lowerLeft = Value(left + row), lowerRight = Value(right + row);
        var upper = upperLeft + fx * (upperRight - upperLeft);
        var lower = lowerLeft + fx * (lowerRight - lowerLeft);
        return upper + fy * (lower - upper);
    }

    private static Vector128<float> Value(Vector128<int> place)
    {
        place &= Vector128.Create(ValueCount - 1);
        return Vector128.Create(Values[place[0]], Values[place[1]], Values[place[2]], 0);
    }

    // -1..1, by an integer hash.
    private static float[] MakeValues()
    {
        var values = new float[ValueCount];
        for (var k = 0; k < values.Length; k++)
        {
            var hash = (uint)k * 0x9E3779B1u;
            hash ^= hash >> 15;
            hash *= 0x2C1B3C6Du;
            hash ^= hash >> 13;
            values[k] = (hash & 0xFFFF) / 32767.5f - 1;
        }
        return values;
    }
}
