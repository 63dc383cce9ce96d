using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// The colour of places that neither the camera nor its mirror image saw: this person's skin or hair, as it is where the
/// nearest of it was seen, by a hairline that follows what was seen and is a usual one farther away.
/// </summary>
internal sealed class HiddenColors
{
    // The hairline seen from the side: nape, behind the ear, sideburn, temple, forehead. (z, y), head frame, metres.
    private static readonly Vector2[] Hairline =
    [
        new(-0.2f, -0.095f), new(-0.085f, -0.092f), new(-0.072f, -0.085f), new(-0.032f, -0.042f), new(0.000f, -0.018f),
        new(0.008f, 0.004f), new(0.036f, 0.040f), new(0.062f, 0.06f), new(0.095f, 0.085f), new(0.2f, 0.16f),
    ];
    private const float HairlineBlur = 0.012f;
    // Quantiles of brightness: hair without its sheen, skin without shadows and shine.
    private const float HairFrom = 0.1f, HairTo = 0.7f, SkinFrom = 0.25f, SkinTo = 0.75f;
    private const float LeastWeight = 5;       // vertices' worth
    private const float LeastContrast = 24;    // between hair and skin, to tell one from the other in the photo
    private const float UsualBeyond = 0.022f;  // metres from the usual hairline
    private const float Fraying = 0.3f;
    private const float StrandContrast = 0.24f;
    private static readonly Vector3 UsualSkin = new(176, 138, 118);
    // Area of known places, as a share of a cell's area, at which a grid is believed half: for hair or skin, and for their colour.
    private static readonly float[] HalfKnownKind = [0.15f, 0.35f, 1.2f, 4f], HalfKnownColor = [0.15f, 0.15f, 0.2f, 0.4f];

    private readonly Vector3 _hair, _skin;
    private readonly float _strength;
    private readonly EarMap _ears; // they are skin
    private readonly float _areaPerVertex;
    private readonly SurfaceField _hairField, _skinField; // differences from the two colours

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255 from the photo or its mirror image.</param>
    /// <param name="weights">[vertex] how far the colour can be trusted, 0..1.</param>
    /// <param name="areaPerVertex">Square metres.</param>
    /// <param name="ears">Of this head.</param>
    public HiddenColors(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> weights, float areaPerVertex, EarMap ears)
    {
        _areaPerVertex = areaPerVertex;
        _ears = ears;
        var (skin, hair, all) = (new ToneHistogram(), new ToneHistogram(), new ToneHistogram());
        Vector3 min = head[0], max = head[0];
        for (var k = 0; k < head.Length; k++)
        {
            min = Vector3.Min(min, head[k]);
            max = Vector3.Max(max, head[k]);
            if (weights[k] < 0.05f) continue;
            all.Add(colors[k], weights[k]);
            if (CollarEvidence.IsFace(head[k])) skin.Add(colors[k], weights[k]);
            if (IsHair(head[k])) hair.Add(colors[k], weights[k]);
        }
        if (skin.Total < LeastWeight) skin = all;
        _skin = skin.Total < LeastWeight ? UsualSkin : skin.MeanBetween(SkinFrom, SkinTo);
        _hair = hair.Total < LeastWeight ? 0.55f * _skin : hair.MeanBetween(HairFrom, HairTo);
        var contrast = Vector3.Distance(_hair, _skin);
        // A bald head has no strands.
        _strength = StrandContrast * HeadView.Smooth(0.5f * LeastContrast, 2 * LeastContrast, contrast);

        _hairField = new SurfaceField(min, max);
        _skinField = new SurfaceField(min, max);
        for (var k = 0; k < head.Length; k++)
        {
            if (weights[k] <= 0) continue;
            var kind = Kind(head[k], colors[k], contrast);
            if (kind > 0) _hairField.Add(head[k], colors[k] - _hair, kind * weights[k]);
            if (kind < 1) _skinField.Add(head[k], colors[k] - _skin, (1 - kind) * weights[k]);
        }
        _hairField.Close();
        _skinField.Close();
    }

    /// <summary>RGB 0..255 for a place on the head, and how strongly strands show there.</summary>
    /// <param name="head">The place, head frame.</param>
    /// <param name="normal">Its normal, head frame.</param>
    /// <param name="strand">Its place among the strands.</param>
    public (Vector3 Color, float Strands) At(Vector3 head, Vector3 normal, Vector2 strand)
    {
        var usual = UsualHair(head);
        var kind = usual;
        // Away from all that was seen, soft light from above.
        Vector3 hair = (0.06f + 0.1f * normal.Y) * _hair, skin = (0.08f * normal.Y - 0.06f) * _skin;
        for (var level = SurfaceField.Levels - 1; level >= 0; level--)
        {
            Vector4 h = _hairField.Sample(level, head), s = _skinField.Sample(level, head);
            var known = h.W + s.W;
            if (known <= 1e-4f) continue;
            var cell = SurfaceField.FinestCell * (1 << level);
            var cellVertices = cell * cell / _areaPerVertex;
            kind += (h.W / known - kind) * known / (known + HalfKnownKind[level] * cellVertices);
            var half = HalfKnownColor[level] * cellVertices;
            if (h.W > 1e-4f) hair = Vector3.Lerp(hair, h.AsVector3() / h.W, h.W / (h.W + half));
            if (s.W > 1e-4f) skin = Vector3.Lerp(skin, s.AsVector3() / s.W, s.W / (s.W + half));
        }
        var unsure = 4 * kind * (1 - kind);
        kind = HeadView.Smooth(0.25f, 0.75f, kind + Fraying * unsure * HairStrands.Fray(strand)) * (1 - _ears.At(head));
        return (Vector3.Clamp(Vector3.Lerp(_skin + skin, _hair + hair, kind), Vector3.Zero, new Vector3(255)), _strength * kind);
    }

    // 0 skin, 1 hair: by colour where hair and skin differ, with the usual hairline for what could be either.
    private float Kind(Vector3 head, Vector3 color, float contrast)
    {
        var usual = UsualHair(head);
        // Well below the hairline what is dark may be a beard or a shadow: either fades into the skin beside it.
        var above = AboveHairline(head);
        if (contrast < LeastContrast || MathF.Abs(above) > UsualBeyond) return usual;
        var axis = _hair - _skin;
        var along = Vector3.Dot(color - _skin, axis) / axis.LengthSquared();
        return HeadView.Smooth(0.3f, 0.7f, along + 0.35f * (usual - 0.5f));
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

    private float UsualHair(Vector3 head)
    {
        var hair = HeadView.Smooth(-HairlineBlur, HairlineBlur, AboveHairline(head));
        return hair * (1 - _ears.At(head));
    }

    // Well above the hairline, where also a high forehead ends.
    private static bool IsHair(Vector3 head) => AboveHairline(head) > 0.012f && head.Y > 0.03f && MathF.Abs(head.X) < 0.09f;
}
