using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>
/// A fine light and dark pattern that runs from the crown downwards, so that hair nobody saw does not look like plastic.
/// </summary>
internal sealed class HairStrands
{
    private const float Strength = 0.16f;
    private const float StrandLength = 0.022f;            // metres
    private const int CoarseStrands = 150, FineStrands = 420; // around the head

    private readonly Vector3 _toHeadX, _toHeadY, _toHeadZ, _toHeadOffset;

    public HairStrands(HeadFrame frame)
    {
        _toHeadOffset = frame.ToHead(Vector3.Zero);
        _toHeadX = (frame.ToHead(1000 * Vector3.UnitX) - _toHeadOffset) / 1000;
        _toHeadY = (frame.ToHead(1000 * Vector3.UnitY) - _toHeadOffset) / 1000;
        _toHeadZ = (frame.ToHead(1000 * Vector3.UnitZ) - _toHeadOffset) / 1000;
    }

    /// <summary>About -0.2 to 0.2, to be added to 1 and multiplied with the colour.</summary>
    /// <param name="photo">A place on the head, photo frame.</param>
    public float At(Vector3 photo)
    {
        var head = _toHeadOffset + photo.X * _toHeadX + photo.Y * _toHeadY + photo.Z * _toHeadZ;
        var around = (MathF.Atan2(head.X, -head.Z) / MathF.Tau) + 0.5f;
        // Strands begin at a whorl a little behind the top and fall off with the distance from it along the head.
        var down = MathF.Atan2(MathF.Sqrt(head.X * head.X + head.Z * head.Z), head.Y + 0.02f) * 0.1f / StrandLength;
        return Strength * (0.6f * Noise(around * CoarseStrands, CoarseStrands, down * 0.6f) + 0.4f * Noise(around * FineStrands, FineStrands, down));
    }

    // Value noise -1..1, periodic in x.
    private static float Noise(float x, int period, float y)
    {
        int left = (int)MathF.Floor(x), top = (int)MathF.Floor(y);
        float fx = x - left, fy = y - top;
        fx = fx * fx * (3 - 2 * fx);
        fy = fy * fy * (3 - 2 * fy);
        var right = (left + 1) % period;
        left %= period;
        var upper = Value(left, top) + fx * (Value(right, top) - Value(left, top));
        var lower = Value(left, top + 1) + fx * (Value(right, top + 1) - Value(left, top + 1));
        return upper + fy * (lower - upper);
    }

    private static float Value(int x, int y)
    {
        var hash = (uint)x * 0x9E3779B1u ^ (uint)y * 0x85EBCA77u;
        hash ^= hash >> 15;
        hash *= 0x2C1B3C6Du;
        hash ^= hash >> 13;
        return (hash & 0xFFFF) / 32767.5f - 1;
    }
}
