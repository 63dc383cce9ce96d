using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// What colour a place of the head has when nothing near it was seen: the hair colour of this person on the scalp, the
/// skin colour on neck and ears, both taken from the photo.
/// </summary>
internal sealed class HairPrior
{
    // The hairline as a line in the symmetry plane, through the forehead (z 70 mm, y 65 mm) and the nape (-75, -90);
    // head frame, metres.
    private const float HairlineSlope = 1.07f, HairlineHeight = -0.010f, HairlineBlur = 0.012f;
    // Ears stand out beyond this, and they are skin.
    private const float EarFrom = 0.076f, EarTo = 0.085f, EarTop = 0.035f;
    private const float UnseenShade = 0.92f; // what no photo light falls on is a little darker
    private static readonly Vector3 UsualSkin = new(176, 138, 118);

    private readonly Vector3 _hair, _skin;

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255 from the photo.</param>
    /// <param name="trust">[vertex] how far the colour can be trusted, 0..1.</param>
    public HairPrior(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> trust)
    {
        _skin = RobustMean(head, colors, trust, IsFace) ?? RobustMean(head, colors, trust, _ => true) ?? UsualSkin;
        _hair = RobustMean(head, colors, trust, IsHair) ?? 0.55f * _skin;
    }

    /// <summary>RGB 0..255 for a place on the head, and how much of it is hair, 0..1.</summary>
    public (Vector3 Color, float Hair) At(Vector3 head)
    {
        var hair = HairAt(head);
        return (UnseenShade * Vector3.Lerp(_skin, _hair, hair), hair);
    }

    private static float AboveHairline(Vector3 head) =>
        (head.Y - HairlineSlope * head.Z - HairlineHeight) / MathF.Sqrt(1 + HairlineSlope * HairlineSlope);

    private static float HairAt(Vector3 head)
    {
        var hair = HeadView.Smooth(-HairlineBlur, HairlineBlur, AboveHairline(head));
        if (head.Y < EarTop) hair *= 1 - HeadView.Smooth(EarFrom, EarTo, MathF.Abs(head.X));
        return hair;
    }

    private static bool IsFace(Vector3 head) =>
        head.Z > 0.04f && head.Y is > -0.09f and < 0.03f && MathF.Abs(head.X) < 0.065f;

    // Well above the hairline, where also a high forehead ends.
    private static bool IsHair(Vector3 head) => AboveHairline(head) > 0.012f && head.Y > 0.03f && MathF.Abs(head.X) < 0.09f;

    // Weighted mean, then again with what is far from it left out.
    private static Vector3? RobustMean(
        ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> trust, Func<Vector3, bool> belongs)
    {
        const float FarColor = 45;
        Vector3? mean = null;
        for (var pass = 0; pass < 3; pass++)
        {
            var sum = Vector3.Zero;
            var weights = 0f;
            for (var k = 0; k < head.Length; k++)
            {
                if (trust[k] < 0.05f || !belongs(head[k])) continue;
                var weight = trust[k];
                if (mean is { } center) weight /= 1 + (colors[k] - center).LengthSquared() / (FarColor * FarColor);
                sum += weight * colors[k];
                weights += weight;
            }
            if (weights < 5) return mean;
            mean = sum / weights;
        }
        return mean;
    }
}
