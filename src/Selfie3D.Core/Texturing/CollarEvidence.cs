using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>Finds what on the neck is not skin: collars, scarves, long hair, the background beside a thin neck.</summary>
internal static class CollarEvidence
{
    // The lower edge of the jaw from the chin to the ear lobes and on to the nape: (z, y), head frame, metres.
    private static readonly Vector2 Chin = new(0.088f, -0.124f), Lobe = new(0.003f, -0.068f), Nape = new(-0.085f, -0.095f);
    private const float LeastPixels = 60;
    // Quantiles of brightness: skin without shadows and shine.
    private const float SkinFrom = 0.25f, SkinTo = 0.75f;
    // Logarithms of ratios: how much darker and brighter than the face a neck may be, and how far off in hue.
    private const float Darker = 1.5f, Brighter = 0.35f, OffHue = 0.22f;
    // Keeps ratios of dark colours quiet, RGB 0..255.
    private const float Floor = 12;

    /// <summary>[y, x] true for pixels below the jaw that do not look like this face's skin.</summary>
    public static bool[] Find(HeadMap map, Vector4[] colors, bool[] known, HeadFrame frame)
    {
        var found = new bool[colors.Length];
        var neck = new List<int>();
        var tone = new ToneHistogram();
        for (var y = 0; y < map.Height; y++)
        {
            for (var x = 0; x < map.Width; x++)
            {
                var at = y * map.Width + x;
                if (!map.IsHead(at) || !known[at]) continue;
                var head = frame.ToHead(new Vector3(map.PhotoOf(x, y), map.Depth[at]));
                if (IsFace(head)) tone.Add(colors[at].AsVector3(), 1);
                else if (head.Y < JawEdge(head.Z)) neck.Add(at);
            }
        }
        if (tone.Total < LeastPixels) return found;
        var skin = tone.MeanBetween(SkinFrom, SkinTo);
        foreach (var at in neck) found[at] = !IsSkin(colors[at].AsVector3(), skin);
        return found;
    }

    /// <summary>Cheeks, nose and mouth, without the eyes; head frame, metres.</summary>
    public static bool IsFace(Vector3 head) =>
        head.Z > 0.04f && head.Y is > -0.085f and < -0.012f && MathF.Abs(head.X) < 0.06f;

    private static float JawEdge(float z) => z > Lobe.X
        ? Lobe.Y + (Chin.Y - Lobe.Y) * MathF.Min(1, (z - Lobe.X) / (Chin.X - Lobe.X))
        : Lobe.Y + (Nape.Y - Lobe.Y) * MathF.Min(1, (z - Lobe.X) / (Nape.X - Lobe.X));

    private static bool IsSkin(Vector3 color, Vector3 skin)
    {
        static Vector3 Log(Vector3 v) => new(MathF.Log(v.X + Floor), MathF.Log(v.Y + Floor), MathF.Log(v.Z + Floor));
        var ratio = Log(color) - Log(skin);
        var brightness = (ratio.X + ratio.Y + ratio.Z) / 3;
        return brightness is > -Darker and < Brighter && (ratio - new Vector3(brightness)).Length() < OffHue;
    }
}
