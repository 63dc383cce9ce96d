using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// The colour of places that neither the camera nor its mirror image saw: this person's skin or hair, as it is where the
/// nearest of it was seen, by a hairline that follows what was seen and is a usual one farther away.
/// </summary>
internal sealed class HiddenColors
{
    // Quantiles of brightness: hair without its sheen, skin without shadows and shine.
    private const float HairFrom = 0.1f, HairTo = 0.7f, SkinFrom = 0.25f, SkinTo = 0.75f;
    private const float LeastWeight = 5;       // vertices' worth
    private const float LeastContrast = 24;    // between hair and skin, to tell one from the other in the photo
    private const float UsualBeyond = 0.022f;  // metres from the usual hairline
    private const float Fraying = 0.3f;
    private const float StrandContrast = 0.24f;
    // Hair of the skin's colour as it was seen is this rough (mean difference from its neighbourhood, as a share of its
    // brightness): a shaved head, and one whose strands are plain to see.
    private const float Shaved = 0.007f, Stranded = 0.02f;
    // Share of what was seen of the ears that has the colour of hair: from the second on hair falls over them for certain.
    private const float LongFrom = 0.5f, LongFully = 0.8f;
    // The same of cheeks and temples, where hair is lighter than the skin, and neither a beard nor a shadow.
    private const float BesideFrom = 0.2f, BesideFully = 0.5f;
    private const float Lighter = 1, MuchLighter = 1.25f; // hair, beside the skin
    private const float EarPart = 0.5f;        // from this share of an ear on a place tells of one
    // A colour counts half as skin that is so far off in hue, and so much brighter or darker: logarithms of ratios.
    private const float OffHue = 0.2f, OffBrightness = 1.4f;
    private const float Floor = 12;            // keeps ratios of dark colours quiet, RGB 0..255
    private static readonly Vector3 UsualSkin = new(176, 138, 118);
    // Area of known places, as a share of a cell's area, at which a grid is believed half: for hair or skin, and for their colour.
    private static readonly float[] HalfKnownKind = [0.15f, 0.35f, 1.2f, 4f], HalfKnownColor = [0.15f, 0.15f, 0.2f, 0.4f];

    private readonly Vector3 _hair, _skin, _logSkin;
    private readonly float _contrast, _strength;
    private readonly float _alike; // how far the hair could be skin by its colour
    private readonly float _lighter; // how far the hair is lighter than the skin
    private readonly float _long; // how far hair falls over ears and neck
    private readonly EarMap _ears; // they are skin
    private readonly float _areaPerVertex;
    private readonly SurfaceField _hairField, _skinField; // differences from the two colours
    private readonly SurfaceField _kindField; // x: 0 skin, 1 hair
    private readonly HeightProfile _hairByHeight; // differences from the hair's colour

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255 from the photo or its mirror image.</param>
    /// <param name="known">[vertex] how far the colour is known, 0..1.</param>
    /// <param name="weights">[vertex] how far it is that of the place and can be carried on, 0..1.</param>
    /// <param name="around">[vertex] the mean colour of what is known around it.</param>
    /// <param name="areaPerVertex">Square metres.</param>
    /// <param name="ears">Of this head.</param>
    public HiddenColors(
        ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> known, ReadOnlySpan<float> weights, ReadOnlySpan<Vector4> around,
        float areaPerVertex, EarMap ears)
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
            if (Hairline.IsScalp(head[k])) hair.Add(colors[k], weights[k]);
        }
        if (skin.Total < LeastWeight) skin = all;
        _skin = skin.Total < LeastWeight ? UsualSkin : skin.MeanBetween(SkinFrom, SkinTo);
        _hair = hair.Total < LeastWeight ? 0.55f * _skin : hair.MeanBetween(HairFrom, HairTo);
        _contrast = Vector3.Distance(_hair, _skin);
        _logSkin = Log(_skin);
        _alike = LikeSkin(_hair);
        _lighter = HeadView.Smooth(Lighter, MuchLighter, ToneHistogram.Brightness(_hair) / MathF.Max(1, ToneHistogram.Brightness(_skin)));
        _long = LongHair(head, colors, weights);

        _hairField = new SurfaceField(min, max);
        _skinField = new SurfaceField(min, max);
        _kindField = new SurfaceField(min, max);
        _hairByHeight = new HeightProfile(min.Y, max.Y);
        double rough = 0, roughWeight = 0;
        for (var k = 0; k < head.Length; k++)
        {
            if (known[k] <= 0) continue;
            var like = LikeSkin(colors[k]);
            var kind = Kind(head[k], colors[k], like);
            // What an ear looks like says nothing about the skull behind it.
            _kindField.Add(head[k], new Vector3(kind, 0, 0), known[k] * (1 - EarAt(head[k])));
            // Skin among the hair and beards, glasses and lips on the skin are not carried on with either.
            var hairWeight = kind * weights[k] * (1 - like * (1 - _alike)) * (1 - EarAt(head[k]));
            if (hairWeight > 0) _hairField.Add(head[k], colors[k] - _hair, hairWeight);
            if (Hairline.Above(head[k]) > UsualBeyond) _hairByHeight.Add(head[k].Y, colors[k] - _hair, hairWeight);
            if (kind < 1) _skinField.Add(head[k], colors[k] - _skin, (1 - kind) * weights[k] * like);
            if (kind < 1 || !Hairline.IsScalp(head[k])) continue;
            rough += weights[k] * MathF.Abs(ToneHistogram.Brightness(colors[k] - around[k].AsVector3())) / (ToneHistogram.Brightness(colors[k]) + Floor);
            roughWeight += weights[k];
        }
        _kindField.Close();
        _hairField.Close();
        _skinField.Close();
        _hairByHeight.Close();
        var roughness = roughWeight > LeastWeight ? (float)(rough / roughWeight) : Stranded;
        _strength = StrandContrast * MathF.Max(
            HeadView.Smooth(0.5f * LeastContrast, 2 * LeastContrast, _contrast), HeadView.Smooth(Shaved, Stranded, roughness));
    }

    /// <summary>RGB 0..255 for a place on the head, and how strongly strands show there.</summary>
    /// <param name="head">The place, head frame.</param>
    /// <param name="normal">Its normal, head frame.</param>
    /// <param name="strand">Its place among the strands.</param>
    public (Vector3 Color, float Strands) At(Vector3 head, Vector3 normal, Vector2 strand)
    {
        var kind = UsualHair(head);
        // Away from all that was seen, soft light from above; a hat or a band goes around the head.
        Vector3 hair = (0.06f + 0.1f * normal.Y) * _hair + _hairByHeight.At(head.Y), skin = (0.08f * normal.Y - 0.06f) * _skin;
        for (var level = SurfaceField.Levels - 1; level >= 0; level--)
        {
            Vector4 h = _hairField.Sample(level, head), s = _skinField.Sample(level, head), known = _kindField.Sample(level, head);
            var cell = SurfaceField.FinestCell * (1 << level);
            var cellVertices = cell * cell / _areaPerVertex;
            if (known.W > 1e-4f) kind += (known.X / known.W - kind) * known.W / (known.W + HalfKnownKind[level] * cellVertices);
            var half = HalfKnownColor[level] * cellVertices;
            if (h.W > 1e-4f) hair = Vector3.Lerp(hair, h.AsVector3() / h.W, h.W / (h.W + half));
            if (s.W > 1e-4f) skin = Vector3.Lerp(skin, s.AsVector3() / s.W, s.W / (s.W + half));
        }
        var unsure = 4 * kind * (1 - kind);
        kind = HeadView.Smooth(0.35f, 0.65f, kind + Fraying * unsure * HairStrands.Fray(strand)) * (1 - EarAt(head));
        return (Vector3.Clamp(Vector3.Lerp(_skin + skin, _hair + hair, kind), Vector3.Zero, new Vector3(255)), _strength * kind);
    }

    // Hair that falls over the ears goes on down the neck, and hides them. On both sides, as one ear may lie in the shadow.
    private float LongHair(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> weights)
    {
        if (_contrast < LeastContrast) return 0;
        Span<Vector2> ears = [default, default], cheeks = [default, default]; // [side] weight of hair, and all
        for (var k = 0; k < head.Length; k++)
        {
            if (weights[k] <= 0) continue;
            var side = head[k].X > 0 ? 1 : 0;
            var toHair = HeadView.Smooth(0.5f, 0.7f, TowardsHair(colors[k]));
            if (_ears.At(head[k]) > EarPart) ears[side] += weights[k] * new Vector2(MathF.Min(toHair, 1 - LikeSkin(colors[k])), 1);
            else if (IsBesideFace(head[k])) cheeks[side] += weights[k] * new Vector2(toHair, 1);
        }
        return MathF.Max(HeadView.Smooth(LongFrom, LongFully, Least(ears)), _lighter * HeadView.Smooth(BesideFrom, BesideFully, Least(cheeks)));

        static float Least(ReadOnlySpan<Vector2> sides) =>
            MathF.Min(sides[0].X / MathF.Max(LeastWeight, sides[0].Y), sides[1].X / MathF.Max(LeastWeight, sides[1].Y));

        static bool IsBesideFace(Vector3 p) => MathF.Abs(p.X) > 0.05f && p.Y is < 0.01f and > -0.08f && Hairline.Above(p) < 0;
    }

    // 0 skin, 1 hair: by colour where hair and skin differ, with the usual hairline for what could be either.
    private float Kind(Vector3 head, Vector3 color, float likeSkin)
    {
        var usual = UsualHair(head);
        if (_contrast < LeastContrast) return usual;
        // Well below the hairline what is dark may be a beard or a shadow, if no hair falls there: either fades into the skin
        // beside it. Hair that is lighter than the skin is not to be confused with them.
        if (Hairline.Above(head) < -UsualBeyond) return usual + MathF.Max(_long, _lighter) * (ByColor(TowardsHair(color)) - usual);
        return Hairline.Above(head) > UsualBeyond ? usual : ByColor(MathF.Max(TowardsHair(color), 1 - likeSkin));

        float ByColor(float hair) => HeadView.Smooth(0.3f, 0.7f, hair + 0.35f * (usual - 0.5f));
    }

    // 0 the colour of skin, 1 that of hair.
    private float TowardsHair(Vector3 color) => Vector3.Dot(color - _skin, _hair - _skin) / (_contrast * _contrast);

    // 0..1; shadows on skin are like it.
    private float LikeSkin(Vector3 color)
    {
        var ratio = Log(color) - _logSkin;
        var brightness = (ratio.X + ratio.Y + ratio.Z) / 3;
        var off = (ratio - new Vector3(brightness)).LengthSquared() / (OffHue * OffHue) + brightness * brightness / (OffBrightness * OffBrightness);
        return 1 / (1 + off * off * off * off);
    }

    private static Vector3 Log(Vector3 v) => new(MathF.Log(v.X + Floor), MathF.Log(v.Y + Floor), MathF.Log(v.Z + Floor));

    private float UsualHair(Vector3 head)
    {
        var usual = Hairline.Usual(head);
        if (_long > 0) usual += _long * (Hairline.Long(head) - usual);
        return usual * (1 - EarAt(head));
    }

    // Ears that hair falls over are no skin.
    private float EarAt(Vector3 head) => (1 - _long) * _ears.At(head);
}
