using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Colours by brightness, for means that leave shadows and shine out.</summary>
internal sealed class ToneHistogram
{
    private readonly Vector4[] _byBrightness = new Vector4[256]; // colour times weight, weight

    /// <summary>All the weight that was added.</summary>
    public float Total { get; private set; }

    /// <summary>Counts a colour, RGB 0..255.</summary>
    public void Add(Vector3 color, float weight)
    {
        _byBrightness[Math.Clamp((int)Brightness(color), 0, 255)] += weight * new Vector4(color, 1);
        Total += weight;
    }

    /// <summary>The mean of what lies between two quantiles of brightness, RGB 0..255; zero when nothing was added.</summary>
    public Vector3 MeanBetween(float from, float to)
    {
        var sum = Vector4.Zero;
        var below = 0f;
        foreach (var bin in _byBrightness)
        {
            var share = MathF.Max(0, MathF.Min(below + bin.W, to * Total) - MathF.Max(below, from * Total));
            if (bin.W > 0) sum += bin * (share / bin.W);
            below += bin.W;
        }
        return sum.W > 0 ? sum.AsVector3() / sum.W : Vector3.Zero;
    }

    /// <summary>0..255.</summary>
    public static float Brightness(Vector3 color) => Vector3.Dot(color, new Vector3(0.299f, 0.587f, 0.114f));
}
