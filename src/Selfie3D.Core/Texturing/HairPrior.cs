using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// What colour a place of the head has when nothing near it was seen: the hair colour of this person on the scalp, the
/// skin colour on neck and ears, both taken from the photo.
/// </summary>
internal sealed class HairPrior
{
    // The hairline seen from the side: nape, behind the ear, sideburn, temple, forehead. (z, y), head frame, metres.
    private static readonly Vector2[] Hairline =
    [
        new(-0.2f, -0.095f), new(-0.085f, -0.092f), new(-0.072f, -0.085f), new(-0.032f, -0.042f), new(0.000f, -0.018f),
        new(0.008f, 0.004f), new(0.036f, 0.040f), new(0.062f, 0.06f), new(0.095f, 0.085f), new(0.2f, 0.16f),
    ];
    private const float HairlineBlur = 0.009f;
    // Ears are skin: what stands out beyond the skull above them, by this much at the least and for certain.
    private const float EarLeast = -0.001f, EarCertain = 0.005f, EarTop = 0.03f, EarFront = 0.03f, EarBack = -0.045f;
    // Quantiles of brightness: hair without its sheen, skin without shadows and shine.
    private const float HairFrom = 0.1f, HairTo = 0.6f, SkinFrom = 0.25f, SkinTo = 0.75f;
    private const float LeastTrust = 5; // vertices' worth
    private const float UnseenShade = 0.92f; // what no photo light falls on is a little darker
    private static readonly Vector3 UsualSkin = new(176, 138, 118);

    private readonly Vector3 _hair, _skin;
    private readonly float _skullHalfWidth;

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255 from the photo.</param>
    /// <param name="trust">[vertex] how far the colour can be trusted, 0..1.</param>
    public HairPrior(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> trust)
    {
        _skullHalfWidth = SkullHalfWidth(head);
        _skin = MeanBetween(head, colors, trust, IsFace, SkinFrom, SkinTo)
            ?? MeanBetween(head, colors, trust, _ => true, SkinFrom, SkinTo) ?? UsualSkin;
        _hair = MeanBetween(head, colors, trust, IsHair, HairFrom, HairTo) ?? 0.55f * _skin;
    }

    /// <summary>RGB 0..255 for a place on the head, and how much of it is hair, 0..1.</summary>
    public (Vector3 Color, float Hair) At(Vector3 head)
    {
        var hair = HairAt(head);
        return (UnseenShade * Vector3.Lerp(_skin, _hair, hair), hair);
    }

    // Roughly the distance, for a line that rises about one in one.
    private static float AboveHairline(Vector3 head)
    {
        var z = Math.Clamp(head.Z, Hairline[0].X, Hairline[^1].X);
        var k = 1;
        while (Hairline[k].X < z) k++;
        Vector2 from = Hairline[k - 1], to = Hairline[k];
        return 0.7f * (head.Y - from.Y - (to.Y - from.Y) * (z - from.X) / (to.X - from.X));
    }

    private float HairAt(Vector3 head)
    {
        var hair = HeadView.Smooth(-HairlineBlur, HairlineBlur, AboveHairline(head));
        if (head.Y < EarTop && head.Z is > EarBack and < EarFront) hair *= 1 - HeadView.Smooth(EarLeast, EarCertain, MathF.Abs(head.X) - _skullHalfWidth);
        return hair;
    }

    // Above and around the ears.
    private static float SkullHalfWidth(ReadOnlySpan<Vector3> head)
    {
        var width = 0f;
        foreach (var p in head)
            if (p.Y is > 0.035f and < 0.06f && p.Z is > EarBack and < EarFront) width = MathF.Max(width, MathF.Abs(p.X));
        return width > 0 ? width : 0.075f;
    }

    private static bool IsFace(Vector3 head) =>
        head.Z > 0.04f && head.Y is > -0.09f and < 0.03f && MathF.Abs(head.X) < 0.065f;

    // Well above the hairline, where also a high forehead ends.
    private static bool IsHair(Vector3 head) => AboveHairline(head) > 0.012f && head.Y > 0.03f && MathF.Abs(head.X) < 0.09f;

    // The mean of what lies between two quantiles of brightness.
    private static Vector3? MeanBetween(
        ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> trust, Func<Vector3, bool> belongs, float from, float to)
    {
        Span<Vector4> byBrightness = stackalloc Vector4[256];
        byBrightness.Clear();
        var total = 0f;
        for (var k = 0; k < head.Length; k++)
        {
            if (trust[k] < 0.05f || !belongs(head[k])) continue;
            var brightness = Vector3.Dot(colors[k], new Vector3(0.299f, 0.587f, 0.114f));
            byBrightness[Math.Clamp((int)brightness, 0, 255)] += trust[k] * new Vector4(colors[k], 1);
            total += trust[k];
        }
        if (total < LeastTrust) return null;
        var sum = Vector4.Zero;
        var below = 0f;
        foreach (var bin in byBrightness)
        {
            var share = MathF.Max(0, MathF.Min(below + bin.W, to * total) - MathF.Max(below, from * total));
            if (bin.W > 0) sum += bin * (share / bin.W);
            below += bin.W;
        }
        return sum.AsVector3() / sum.W;
    }
}
