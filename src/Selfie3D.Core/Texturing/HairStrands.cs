using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// A fine light and dark pattern that runs from the crown downwards, so that hair nobody saw does not look like plastic.
/// </summary>
internal static class HairStrands
{
    private const float StrandLength = 0.03f;            // metres
    private const int LockCount = 74, CoarseStrands = 190, FineStrands = 520; // around the head
    private const int ValueCount = 4096;
    private static readonly float[] Values = MakeValues();
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
    public static float At(Vector2 place) =>
        0.22f * Noise(place.X * LockCount, LockCount, place.Y * 0.35f)
        + 0.38f * Noise(place.X * CoarseStrands, CoarseStrands, place.Y * 0.6f)
        + 0.38f * Noise(place.X * FineStrands, FineStrands, place.Y);

    /// <summary>The coarse part alone: how a hairline is frayed. About -1 to 1.</summary>
    public static float Fray(Vector2 place) =>
        0.5f * Noise(place.X * LockCount, LockCount, place.Y * 0.35f) + 0.6f * Noise(place.X * CoarseStrands, CoarseStrands, place.Y * 0.6f);

    // Value noise -1..1, periodic in x.
    private static float Noise(float x, int period, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float fx = x - left, fy = y - top;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        // A division costs more than all the rest; places lie once around the head, or a little beyond.
        while (left < 0) left += period;
        while (left >= period) left -= period;
        var right = left + 1 == period ? 0 : left + 1;
        var upper = Value(left, top) + fx * (Value(right, top) - Value(left, top));
        var lower = Value(left, top + 1) + fx * (Value(right, top + 1) - Value(left, top + 1));
        return upper + fy * (lower - upper);
    }

    private static float Value(int x, int y) => Values[(x + 97 * y) & (ValueCount - 1)];

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
