using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// The colour of places that neither the camera nor its mirror image saw: this person's skin or hair, as it is where the
/// nearest of it was seen, by a hairline that follows what was seen and is a usual one farther away.
/// </summary>
internal sealed class HiddenColors
{
    private const float LeastWeight = 5;       // vertices' worth
    private const float Contrast = 24;         // between hair and skin: fainter strands from twice that on downwards
    private const float UsualBeyond = 0.022f;  // metres from the usual hairline
    // Places so near to the usual hairline, in metres, tell where this person's is; it is believed half at such an area of them, as
    // a share of a cell's.
    private const float Band = 0.03f, HalfKnownLine = 0.1f;
    private const float HighestForehead = 0.012f; // metres above the usual line: photos are cut there
    private const float Fraying = 0.3f;
    private const float HairEdge = 0.15f, SoftEdge = 0.45f; // half the range of kinds in which hair goes over into skin
    private const float StrandContrast = 0.24f;
    // Hair of the skin's colour as it was seen is this rough (mean difference from its neighbourhood, as a share of its
    // brightness): a shaved head, and one whose strands are plain to see.
    private const float Shaved = 0.007f, Stranded = 0.02f;
    private const float Floor = 12;            // keeps ratios of dark colours quiet, RGB 0..255
    // Area of known places, as a share of a cell's area, at which a grid is believed half: for hair or skin, and for their colour.
    private static readonly float[] HalfKnownKind = [0.15f, 0.35f, 1.2f, 4f], HalfKnownColor = [0.15f, 0.15f, 0.2f, 0.4f];

    private readonly HairTones _tones;
    private readonly float _strength;
    private readonly LongHair _long; // over ears and neck
    private readonly EarMap _ears; // they are skin
    private readonly float _areaPerVertex;
    private readonly SurfaceField _hairField, _skinField; // differences from the two colours
    private readonly SurfaceField _kindField; // x: 0 skin, 1 hair; z: what a place tells of the hairline, y: its offset times that
    private readonly HeightProfile _hairByHeight; // differences from the hair's colour

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255 from the photo or its mirror image.</param>
    /// <param name="known">[vertex] how far the colour is known, 0..1.</param>
    /// <param name="weights">[vertex] how far it is that of the place and can be carried on, 0..1.</param>
    /// <param name="around">[vertex] the mean colour of what is known around it.</param>
    /// <param name="areaPerVertex">Square metres.</param>
    /// <param name="ears">Of this head.</param>
    /// <param name="tones">Of hair and skin as the camera saw them.</param>
    /// <param name="beside">The hair beside the head in the photo.</param>
    public HiddenColors(
        ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> known, ReadOnlySpan<float> weights, ReadOnlySpan<Vector4> around,
        float areaPerVertex, EarMap ears, HairTones tones, BesideHead beside)
    {
        _areaPerVertex = areaPerVertex;
        _ears = ears;
        var (skinTones, scalpTones, allTones) = (new ToneHistogram(), new ToneHistogram(), new ToneHistogram());
        Vector3 min = head[0], max = head[0];
        for (var k = 0; k < head.Length; k++)
        {
            min = Vector3.Min(min, head[k]);
            max = Vector3.Max(max, head[k]);
            if (weights[k] < 0.05f) continue;
            allTones.Add(colors[k], weights[k]);
            if (CollarEvidence.IsFace(head[k])) skinTones.Add(colors[k], weights[k]);
            if (Hairline.IsScalp(head[k])) scalpTones.Add(colors[k], weights[k]);
        }
        // Both halves count, each in its own light, if the scalp is hair at all.
        if (!tones.HasHat) tones = HairTones.Of(skinTones, scalpTones, allTones, LeastWeight);
        _tones = tones;
        _long = new LongHair(head, colors, weights, tones, ears, beside);
        var alike = _tones.LikeSkin(_tones.Hair); // how far the hair could be skin by its colour

        _hairField = new SurfaceField(min, max);
        _skinField = new SurfaceField(min, max);
        _kindField = new SurfaceField(min, max);
        _hairByHeight = new HeightProfile(min.Y, max.Y);
        double rough = 0, roughWeight = 0;
        for (var k = 0; k < head.Length; k++)
        {
            if (known[k] <= 0) continue;
            var like = _tones.LikeSkin(colors[k]);
            var kind = Kind(head[k], colors[k], like);
            var (offset, tells) = LineAt(head[k], kind);
            // What an ear looks like says nothing about the skull behind it.
            _kindField.Add(head[k], new Vector3(kind, tells * offset, tells), known[k] * (1 - EarAt(head[k])));
            // Skin among the hair and beards, glasses and lips on the skin are not carried on with either.
            var hairWeight = kind * weights[k] * (1 - like * (1 - alike)) * (1 - EarAt(head[k]));
            if (hairWeight > 0) _hairField.Add(head[k], colors[k] - _tones.Hair, hairWeight);
            if (Hairline.Above(head[k]) > UsualBeyond || tones.LikeHair(colors[k]) > 0.5f)
                _hairByHeight.Add(head[k].Y, colors[k] - _tones.Hair, hairWeight);
            if (kind < 1) _skinField.Add(head[k], colors[k] - _tones.Skin, (1 - kind) * weights[k] * like);
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
            HeadView.Smooth(0.5f * Contrast, 2 * Contrast, _tones.Contrast), HeadView.Smooth(Shaved, Stranded, roughness));
    }

    /// <summary>RGB 0..255 for a place on the head, and how strongly strands show there.</summary>
    /// <param name="head">The place, head frame.</param>
    /// <param name="normal">Its normal, head frame.</param>
    /// <param name="strand">Its place among the strands.</param>
    public (Vector3 Color, float Strands) At(Vector3 head, Vector3 normal, Vector2 strand)
    {
        Span<FieldPlace> places = stackalloc FieldPlace[SurfaceField.Levels];
        Span<Vector4> kinds = stackalloc Vector4[SurfaceField.Levels];
        for (var level = 0; level < SurfaceField.Levels; level++)
        {
            places[level] = _kindField.PlaceOf(level, head);
            kinds[level] = _kindField.Sample(level, places[level]);
        }
        float usual = UsualHair(head, LineOffset(kinds)), kind = usual;
        // Away from all that was seen, soft light from above; a hat or a band goes around the head.
        Vector3 hair = (0.06f + 0.1f * normal.Y) * _tones.Hair + _hairByHeight.At(head.Y), skin = (0.08f * normal.Y - 0.06f) * _tones.Skin;
        for (var level = SurfaceField.Levels - 1; level >= 0; level--)
        {
            Vector4 h = _hairField.Sample(level, places[level]), s = _skinField.Sample(level, places[level]), known = kinds[level];
            var cell = SurfaceField.FinestCell * (1 << level);
            var cellVertices = cell * cell / _areaPerVertex;
            if (known.W > 1e-4f) kind += (known.X / known.W - kind) * known.W / (known.W + HalfKnownKind[level] * cellVertices);
            var half = HalfKnownColor[level] * cellVertices;
            if (h.W > 1e-4f) hair = Vector3.Lerp(hair, h.AsVector3() / h.W, h.W / (h.W + half));
            if (s.W > 1e-4f) skin = Vector3.Lerp(skin, s.AsVector3() / s.W, s.W / (s.W + half));
        }
        // Before an ear that hair hides there is more of it, however much skin is seen on the cheek.
        kind = MathF.Max(kind, _long.Covers(head) * usual);
        // Long hair ends in its own shadow on cheek and neck, where fraying would look like patches.
        var soft = _long.Falls(head) * HeadView.Smooth(0, UsualBeyond, -Hairline.Above(head));
        var unsure = 4 * kind * (1 - kind) * (1 - soft);
        var edge = HairEdge + soft * (SoftEdge - HairEdge);
        kind = HeadView.Smooth(0.5f - edge, 0.5f + edge, kind + Fraying * unsure * HairStrands.Fray(strand)) * (1 - EarAt(head));
        return (Vector3.Clamp(Vector3.Lerp(_tones.Skin + skin, _tones.Hair + hair, kind), Vector3.Zero, new Vector3(255)), _strength * kind);
    }

    // 0 skin, 1 hair: by colour where hair and skin differ, with the usual hairline for what could be either.
    private float Kind(Vector3 head, Vector3 color, float likeSkin)
    {
        var usual = UsualHair(head);
        if (!_tones.Differ) return usual;
        // Well below the hairline what is dark may be a beard or a shadow, if no hair falls there: either fades into the skin
        // beside it. Hair that is lighter than the skin is not to be confused with them.
        if (Hairline.Above(head) < -UsualBeyond) return usual + MathF.Max(_long.Falls(head), _tones.Lighter) * (ByColor(_tones.TowardsHair(color)) - usual);
        return Hairline.Above(head) > UsualBeyond ? usual : ByColor(MathF.Max(_tones.TowardsHair(color), 1 - likeSkin));

        float ByColor(float hair) => HeadView.Smooth(0.3f, 0.7f, hair + 0.35f * (usual - 0.5f));
    }

    // How far this person's hair reaches beyond the usual line, metres, by one place of the band along it, and how much that tells:
    // the part of the band that is hair beyond the line, or skin before it, is as wide as the line is off.
    private (float Offset, float Tells) LineAt(Vector3 head, float kind)
    {
        var inside = _long.Falls(head) > 0.5f ? Hairline.InsideLong(head, _long.Covers(head)) : Hairline.Above(head);
        if (MathF.Abs(inside) > Band) return (0, 0);
        return (2 * Band * (kind - Hairline.Usual(inside)), HeadView.Smooth(Contrast, 2 * Contrast, _tones.Contrast));
    }

    // The same by all that was seen around a place; a few vertices are too little for it.
    private float LineOffset(ReadOnlySpan<Vector4> kinds)
    {
        var offset = 0f;
        for (var level = SurfaceField.Levels - 1; level > 0; level--)
        {
            var cell = SurfaceField.FinestCell * (1 << level);
            var half = HalfKnownLine * cell * cell / _areaPerVertex;
            if (kinds[level].Z > 1e-4f) offset += (kinds[level].Y / kinds[level].Z - offset) * kinds[level].Z / (kinds[level].Z + half);
        }
        return Math.Clamp(offset, -HighestForehead, Band);
    }

    private float UsualHair(Vector3 head, float offset = 0)
    {
        float usual = Hairline.Usual(Hairline.Above(head) + offset), falls = _long.Falls(head);
        if (falls > 0) usual += falls * (Hairline.Usual(Hairline.InsideLong(head, _long.Covers(head)) + offset) - usual);
        return usual * (1 - EarAt(head));
    }

    // Ears that hair falls over are no skin.
    private float EarAt(Vector3 head) => (1 - _long.Covers(head)) * _ears.At(head);
}
