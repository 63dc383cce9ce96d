using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Whether hair falls down beside the neck, and whether over the ears: on each side of the head.</summary>
internal sealed class LongHair
{
    private const float LeastWeight = 5;       // vertices' worth
    private const float EarPart = 0.5f;        // from this share of an ear on a place tells of one
    // Share of what was seen of both ears that has the colour of hair: from the second on hair falls over them for certain.
    private const float OverFrom = 0.5f, OverFully = 0.8f;
    // The same of one ear, where hair is seen beside the neck.
    private const float CoveredFrom = 0.25f, CoveredFully = 0.5f;
    // The same of cheeks and temples, where hair is lighter than the skin, and neither a beard nor a shadow.
    private const float CheekFrom = 0.2f, CheekFully = 0.5f;
    private const float SideFrom = 0.01f, SideFully = 0.05f; // metres from the middle of the head: a side of its own

    private readonly float[] _falls = new float[2], _covers = new float[2]; // [side] 0..1, side 1 the subject's left

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255.</param>
    /// <param name="weights">[vertex] how far the colour is that of the place.</param>
    /// <param name="tones">Of hair and skin.</param>
    /// <param name="ears">Of the head.</param>
    /// <param name="beside">What lies beside the head.</param>
    public LongHair(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> weights, HairTones tones, EarMap ears, BesideHead beside)
    {
        if (!tones.Differ) return;
        Span<Vector2> overEars = [default, default], overCheeks = [default, default]; // [side] weight of hair, and all
        for (var k = 0; k < head.Length; k++)
        {
            if (weights[k] <= 0) continue;
            var side = head[k].X > 0 ? 1 : 0;
            var toHair = HeadView.Smooth(0.5f, 0.7f, tones.TowardsHair(colors[k]));
            if (ears.At(head[k]) > EarPart) overEars[side] += weights[k] * new Vector2(MathF.Min(toHair, 1 - tones.LikeSkin(colors[k])), 1);
            else if (IsBesideFace(head[k])) overCheeks[side] += weights[k] * new Vector2(toHair, 1);
        }
        // On both sides, as one ear may lie in the shadow.
        var both = MathF.Max(HeadView.Smooth(OverFrom, OverFully, Least(overEars)), tones.Lighter * HeadView.Smooth(CheekFrom, CheekFully, Least(overCheeks)));
        for (var side = 0; side < 2; side++)
        {
            _falls[side] = MathF.Max(both, beside.Falls(side));
            var over = overEars[side].Y < LeastWeight ? 1 : HeadView.Smooth(CoveredFrom, CoveredFully, overEars[side].X / overEars[side].Y);
            _covers[side] = MathF.Max(both, beside.Falls(side) * over);
        }

        static float Least(ReadOnlySpan<Vector2> sides) =>
            MathF.Min(sides[0].X / MathF.Max(LeastWeight, sides[0].Y), sides[1].X / MathF.Max(LeastWeight, sides[1].Y));

        static bool IsBesideFace(Vector3 p) => MathF.Abs(p.X) > 0.05f && p.Y is < 0.01f and > -0.08f && Hairline.Above(p) < 0;
    }

    /// <summary>How far hair goes on down the neck at a place, 0..1.</summary>
    public float Falls(Vector3 head)
    {
        float own = _falls[head.X > 0 ? 1 : 0], most = MathF.Max(_falls[0], _falls[1]);
        return most + HeadView.Smooth(SideFrom, SideFully, MathF.Abs(head.X)) * (own - most);
    }

    /// <summary>How far hair hides the ear of a side, 0..1.</summary>
    public float Covers(Vector3 head) => _covers[head.X > 0 ? 1 : 0];
}
