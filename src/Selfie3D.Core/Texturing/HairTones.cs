using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>The colours of a person's skin and hair, and how like them other colours are.</summary>
/// <param name="skin">RGB 0..255.</param>
/// <param name="hair">RGB 0..255.</param>
internal sealed class HairTones(Vector3 skin, Vector3 hair)
{
    private const float LeastContrast = 24; // to tell hair from skin in the photo
    // A colour counts half as skin that is so far off in hue, and so much brighter or darker: logarithms of ratios.
    private const float OffHue = 0.2f, OffBrightness = 1.4f;
    private const float Floor = 12;         // keeps ratios of dark colours quiet, RGB 0..255
    private const float EqualBrightness = 1, MuchLighter = 1.25f; // hair, beside the skin

    // Quantiles of brightness: hair without its sheen, skin without shadows and shine.
    private const float HairFrom = 0.1f, HairTo = 0.7f, SkinFrom = 0.25f, SkinTo = 0.75f;
    private const float LeastPixels = 60, LeastBelow = 400;
    private const float BelowShare = 0.5f;  // of what is no skin around the face
    private const float HatHue = 10, HatLighter = 1; // from here on the scalp wears one
    private const float Inside = 8;         // pixels of the map from the outline: neither the background nor a flat look
    private static readonly Vector3 UsualSkin = new(176, 138, 118);

    private readonly Vector3 _logSkin = Log(skin), _logHair = Log(hair);

    /// <summary>Finds both in a photo: skin on the face, hair on the scalp, or below it where that has another colour.</summary>
    /// <param name="map">The head as the camera sees it.</param>
    /// <param name="colors">[y, x] RGB 0..255 of the photo on the map.</param>
    /// <param name="content">[y, x] pixels that lie in what of the photo is one.</param>
    /// <param name="inward">[y, x] pixels to the outline.</param>
    /// <param name="frame">Between photo and head.</param>
    public static HairTones Find(HeadMap map, Vector4[] colors, bool[] content, float[] inward, HeadFrame frame)
    {
        var (skin, scalp, all) = (new ToneHistogram(), new ToneHistogram(), new ToneHistogram());
        var aroundFace = new List<Vector3>();
        for (var y = 0; y < map.Height; y++)
            for (var x = 0; x < map.Width; x++)
            {
                var at = y * map.Width + x;
                if (!map.IsHead(at) || !content[at] || inward[at] < Inside) continue;
                var (head, color) = (frame.ToHead(new Vector3(map.PhotoOf(x, y), map.Depth[at])), colors[at].AsVector3());
                all.Add(color, 1);
                if (CollarEvidence.IsFace(head)) skin.Add(color, 1);
                if (Hairline.IsScalp(head)) scalp.Add(color, 1);
                else if (Hairline.IsAroundFace(head)) aroundFace.Add(color);
            }
        var tones = Of(skin, scalp, all, LeastPixels);
        var (below, hair) = (new ToneHistogram(), 0);
        foreach (var color in aroundFace)
        {
            if (tones.LikeSkin(color) > 0.5f) continue;
            hair++;
            if (tones.LikeHair(color) < 0.5f) below.Add(color, 1);
        }
        if (below.Total < MathF.Max(LeastBelow, BelowShare * hair)) return tones;
        // Hair that catches the light is no hat: that has another hue, or is much lighter than the hair.
        var low = below.MeanBetween(HairFrom, HairTo);
        var (hue, lighter) = Off(low, tones._logHair);
        return hue > HatHue || lighter < -HatLighter ? new HairTones(tones.Skin, low) { HasHat = true } : tones;
    }

    /// <summary>The colours that stand for what was seen.</summary>
    /// <param name="skin">Of the face.</param>
    /// <param name="scalp">Of the scalp.</param>
    /// <param name="all">Of all the head, where too little was seen of the face.</param>
    /// <param name="least">Weight of enough.</param>
    public static HairTones Of(ToneHistogram skin, ToneHistogram scalp, ToneHistogram all, float least)
    {
        if (skin.Total < least) skin = all;
        var tone = skin.Total < least ? UsualSkin : skin.MeanBetween(SkinFrom, SkinTo);
        return new HairTones(tone, scalp.Total < least ? 0.55f * tone : scalp.MeanBetween(HairFrom, HairTo));
    }

    /// <summary>Whether the scalp is covered by something, and the hair is that below it.</summary>
    public bool HasHat { get; private init; }

    /// <summary>RGB 0..255.</summary>
    public Vector3 Skin { get; } = skin;

    /// <summary>RGB 0..255.</summary>
    public Vector3 Hair { get; } = hair;

    /// <summary>RGB distance between them.</summary>
    public float Contrast { get; } = Vector3.Distance(hair, skin);

    /// <summary>Whether the colour alone can tell one from the other.</summary>
    public bool Differ => Contrast >= LeastContrast;

    /// <summary>How far the hair is lighter than the skin, 0..1.</summary>
    public float Lighter { get; } =
        HeadView.Smooth(EqualBrightness, MuchLighter, ToneHistogram.Brightness(hair) / MathF.Max(1, ToneHistogram.Brightness(skin)));

    /// <summary>0 the colour of skin, 1 that of hair; other colours by what they have of the difference.</summary>
    public float TowardsHair(Vector3 color) => Vector3.Dot(color - Skin, Hair - Skin) / (Contrast * Contrast);

    /// <summary>0..1; shadows on skin are like it.</summary>
    public float LikeSkin(Vector3 color) => Like(color, _logSkin);

    /// <summary>0..1; hair in the shade, or in the light, is like it.</summary>
    public float LikeHair(Vector3 color) => Like(color, _logHair);

    private static float Like(Vector3 color, Vector3 log)
    {
        var (hue, lighter) = Off(color, log);
        var off = hue + lighter * lighter / (OffBrightness * OffBrightness);
        return 1 / (1 + off * off * off * off);
    }

    // How far a colour is off in hue (squared, 1 where it counts half), and how much lighter it is (logarithm).
    private static (float Hue, float Lighter) Off(Vector3 color, Vector3 log)
    {
        var ratio = Log(color) - log;
        var lighter = (ratio.X + ratio.Y + ratio.Z) / 3;
        return ((ratio - new Vector3(lighter)).LengthSquared() / (OffHue * OffHue), lighter);
    }

    private static Vector3 Log(Vector3 v) => new(MathF.Log(v.X + Floor), MathF.Log(v.Y + Floor), MathF.Log(v.Z + Floor));
}
