using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>A mean colour for each height of the head: what is worn on a head, or cut in its hair, mostly goes around it level.</summary>
internal sealed class HeightProfile
{
    private const float Step = 0.006f;   // metres
    private const int Reach = 6;         // steps to each side
    private const float Blur = 2.2f;     // steps
    private const float HalfKnown = 12;  // vertices' worth at which a height is believed half

    private readonly float _lowest;
    private readonly Vector4[] _sums;    // [step] value times weight, weight; in the end the value

    /// <param name="lowest">Height, metres.</param>
    /// <param name="highest">Height, metres.</param>
    public HeightProfile(float lowest, float highest)
    {
        _lowest = lowest;
        _sums = new Vector4[(int)((highest - lowest) / Step) + 2];
    }

    /// <summary>Counts a value.</summary>
    public void Add(float height, Vector3 value, float weight) => _sums[(int)((height - _lowest) / Step)] += weight * new Vector4(value, 1);

    /// <summary>Makes it smooth, and carries on downwards what is known; afterwards it can be read.</summary>
    public void Close()
    {
        var from = _sums.AsSpan().ToArray();
        var above = Vector4.Zero;
        for (var k = from.Length - 1; k >= 0; k--)
        {
            var sum = Vector4.Zero;
            for (var j = Math.Max(0, k - Reach); j <= Math.Min(from.Length - 1, k + Reach); j++)
                sum += MathF.Exp(-0.5f * (j - k) * (j - k) / (Blur * Blur)) * from[j];
            if (sum.W > 0) above = Vector4.Lerp(above, sum / sum.W, sum.W / (sum.W + HalfKnown));
            _sums[k] = above;
        }
    }

    /// <summary>The mean at a height, or of what is next above it; zero where nothing was counted.</summary>
    public Vector3 At(float height)
    {
        var place = Math.Clamp((height - _lowest) / Step - 0.5f, 0, _sums.Length - 1.001f);
        return Vector4.Lerp(_sums[(int)place], _sums[(int)place + 1], place - (int)place).AsVector3();
    }
}
