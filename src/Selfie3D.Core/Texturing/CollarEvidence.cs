using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>
/// Finds what on the neck is not skin: collars, scarves, long hair, the background beside a thin neck. Of skin it leaves out what
/// would lie as a patch between colours that are made up: specks among those things, and the smaller part of a hard shadow.
/// </summary>
internal static class CollarEvidence
{
    // The lower edge of the jaw from the chin to the ear lobes and on to the nape: (z, y), head frame, metres.
    private static readonly Vector2 Chin = new(0.088f, -0.124f), Lobe = new(0.003f, -0.068f), Nape = new(-0.085f, -0.095f);
    private const float LeastPixels = 60;
    // Quantiles of brightness: skin without shadows and shine.
    private const float SkinFrom = 0.25f, SkinTo = 0.75f;
    // Logarithms of ratios: how much darker and brighter than the face a neck may be, and how far off in hue.
    private const float Darker = 1.5f, Brighter = 0.35f, OffHue = 0.22f;
    // The same beside what of the neck is skin, well below the jaw: nearer to it hair and a beard end, and behind the ears hair falls.
    private const float WellBelow = 0.008f; // metres
    private const float HairBehind = 0; // z, head frame
    private const float NeckFrom = 0.5f, NeckTo = 0.9f; // the lit part of it
    private const float NeckDarker = 0.65f, NeckBrighter = 0.4f, NeckOffHue = 0.16f;
    // Skin is left out where at least this share of the neck around it is none; pixels of the map (0.9 mm) to each side.
    private const float MostAround = 0.35f;
    private const int Around = 11;
    // Keeps ratios of dark colours quiet, RGB 0..255.
    private const float Floor = 12;

    /// <summary>[y, x] true for pixels below the jaw that do not look like this face's skin.</summary>
    public static bool[] Find(HeadMap map, Vector4[] colors, bool[] known, HeadFrame frame)
    {
        var found = new bool[colors.Length];
        var neck = new List<int>();
        var below = new bool[colors.Length];
        var tone = new ToneHistogram();
        for (var y = 0; y < map.Height; y++)
        {
            for (var x = 0; x < map.Width; x++)
            {
                var at = y * map.Width + x;
                if (!map.IsHead(at) || !known[at]) continue;
                var head = frame.ToHead(new Vector3(map.PhotoOf(x, y), map.Depth[at]));
                if (IsFace(head)) tone.Add(colors[at].AsVector3(), 1);
                else if (head.Y < JawEdge(head.Z))
                {
                    neck.Add(at);
                    below[at] = head.Y < JawEdge(head.Z) - WellBelow && head.Z > HairBehind;
                }
            }
        }
        if (tone.Total < LeastPixels) return found;
        var skin = tone.MeanBetween(SkinFrom, SkinTo);
        var own = new ToneHistogram();
        foreach (var at in neck)
        {
            var color = colors[at].AsVector3();
            found[at] = !IsSkin(color, skin, Darker, Brighter, OffHue);
            if (!found[at]) own.Add(color, 1);
        }
        if (own.Total < LeastPixels) return found;
        var neckSkin = own.MeanBetween(NeckFrom, NeckTo);
        neck.RemoveAll(at => !below[at]);
        foreach (var at in neck) found[at] |= !IsSkin(colors[at].AsVector3(), neckSkin, NeckDarker, NeckBrighter, NeckOffHue);
        LeaveOutSpecks(found, neck, map.Width, map.Height);
        return found;
    }

    private static void LeaveOutSpecks(bool[] found, List<int> neck, int width, int height)
    {
        // [y, x] sums over all above and to the left (Crow, Summed-area tables, 1984): x the neck, y what of it is no skin.
        var sums = new Vector2[(width + 1) * (height + 1)];
        foreach (var at in neck) sums[(at / width + 1) * (width + 1) + at % width + 1] = new Vector2(1, found[at] ? 1 : 0);
        for (int y = 1, at = width + 2; y <= height; y++, at++)
        {
            var row = Vector2.Zero;
            for (var x = 1; x <= width; x++, at++)
            {
                row += sums[at];
                sums[at] = sums[at - width - 1] + row;
            }
        }
        foreach (var at in neck)
        {
            int left = Math.Max(0, at % width - Around), right = Math.Min(width, at % width + Around + 1);
            int top = Math.Max(0, at / width - Around) * (width + 1), bottom = Math.Min(height, at / width + Around + 1) * (width + 1);
            var around = sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left];
            found[at] |= around.Y > MostAround * around.X;
        }
    }

    /// <summary>Cheeks, nose and mouth, without the eyes; head frame, metres.</summary>
    public static bool IsFace(Vector3 head) =>
        head.Z > 0.04f && head.Y is > -0.085f and < -0.012f && MathF.Abs(head.X) < 0.06f;

    private static float JawEdge(float z) => z > Lobe.X
        ? Lobe.Y + (Chin.Y - Lobe.Y) * MathF.Min(1, (z - Lobe.X) / (Chin.X - Lobe.X))
        : Lobe.Y + (Nape.Y - Lobe.Y) * MathF.Min(1, (z - Lobe.X) / (Nape.X - Lobe.X));

    private static bool IsSkin(Vector3 color, Vector3 skin, float darker, float brighter, float offHue)
    {
        static Vector3 Log(Vector3 v) => new(MathF.Log(v.X + Floor), MathF.Log(v.Y + Floor), MathF.Log(v.Z + Floor));
        var ratio = Log(color) - Log(skin);
        var brightness = (ratio.X + ratio.Y + ratio.Z) / 3;
        return brightness > -darker && brightness < brighter && (ratio - new Vector3(brightness)).Length() < offHue;
    }
}
