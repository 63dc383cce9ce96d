using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>
/// Finds hair in the photo beside ears, jaw and neck. Long hair falls there, off the head itself, and tells how the neck looks
/// that it hides; a background of the same colour could be taken for it, so that must differ.
/// </summary>
internal sealed class BesideHead
{
    // Pixels of the map (0.9 mm) off the outline: beyond its own error, and no farther than hair lies.
    private const float From = 3, To = 14;
    // Heights, metres, head frame: from the ears down to where shoulders may begin. Farther in front is the face's outline.
    private const float Highest = -0.02f, Lowest = -0.105f, Foremost = 0.03f;
    // Where the background is looked at: metres to the side of the head's middle, and heights.
    private const float BackgroundNear = 0.13f, BackgroundFar = 0.18f, BackgroundLowest = -0.06f, BackgroundHighest = 0.1f, Step = 0.01f;
    // Shares of what is seen that look like hair: beside the head, and of the background.
    private const float HairFrom = 0.2f, HairFully = 0.45f, BackgroundFrom = 0.2f, BackgroundFully = 0.5f;
    private const int LeastPixels = 60;

    private readonly float[] _falls; // [side] 0..1, below 0 where nothing can be said

    private BesideHead(float[] falls, bool[] isHair) => (_falls, IsHair) = (falls, isHair);

    /// <summary>[y, x] true for pixels of the map beside the head that show hair.</summary>
    public bool[] IsHair { get; }

    /// <summary>How far hair falls beside the neck on a side, 0..1; where a side cannot be seen it is like the other.</summary>
    /// <param name="side">1 the subject's left; in profile the side of the photo where that would be from the front.</param>
    public float Falls(int side) => _falls[side] >= 0 ? _falls[side] : MathF.Max(0, _falls[1 - side]);

    /// <summary>Looks around the head.</summary>
    /// <param name="map">The head as the camera sees it.</param>
    /// <param name="colors">[y, x] RGB 0..255 of the photo on the map.</param>
    /// <param name="content">[y, x] pixels that lie in what of the photo is one.</param>
    /// <param name="distance">[y, x] pixels to the head.</param>
    /// <param name="source">[y, x] the head's pixel that is nearest.</param>
    /// <param name="photo">The whole photo.</param>
    /// <param name="bounds">What of it is one: <see cref="PhotoContent"/>.</param>
    /// <param name="frame">Between photo and head.</param>
    /// <param name="tones">Of hair and skin.</param>
    public static BesideHead Find(
        HeadMap map, Vector4[] colors, bool[] content, float[] distance, int[] source, RgbImage photo, (int Left, int Top, int Right, int Bottom) bounds, HeadFrame frame, HairTones tones)
    {
        var isHair = new bool[colors.Length];
        if (!tones.Differ) return new BesideHead([-1, -1], isHair);

        var middle = frame.ToPhoto(Vector3.Zero).AsVector2();
        var up = Vector2.Normalize(frame.DirectionToPhoto(Vector3.UnitY).AsVector2());
        var left = new Vector2(-up.Y, up.X); // the subject's, from the front
        Span<Vector2> near = [default, default]; // [side] hair, and all
        for (var at = 0; at < distance.Length; at++)
        {
            if (distance[at] is 0 or DistanceMap.Far || !content[at]) continue;
            var hair = Share(colors[at].AsVector3());
            isHair[at] = hair > 0.5f;
            if (distance[at] is < From or > To) continue;
            var edge = map.PhotoOf(source[at] % map.Width, source[at] / map.Width);
            var head = frame.ToHead(new Vector3(edge, map.Depth[source[at]]));
            if (head.Y is < Highest and > Lowest && head.Z < Foremost) near[Vector2.Dot(edge - middle, left) > 0 ? 1 : 0] += new Vector2(hair, 1);
        }
        var falls = new float[2];
        for (var side = 0; side < 2; side++)
            falls[side] = near[side].Y < LeastPixels ? -1 : HeadView.Smooth(HairFrom, HairFully, near[side].X / near[side].Y) * (1 - Background(side == 1 ? left : -left));
        var nowhere = MathF.Max(falls[0], falls[1]) < 0.5f;
        if (nowhere) Array.Clear(isHair);
        return new BesideHead(falls, isHair);

        float Share(Vector3 color) => tones.LikeHair(color) * (1 - tones.LikeSkin(color));

        // How far the background on a side looks like hair.
        float Background(Vector2 outward)
        {
            var seen = Vector2.Zero;
            for (var aside = BackgroundNear; aside < BackgroundFar; aside += Step)
                for (var height = BackgroundLowest; height < BackgroundHighest; height += Step)
                {
                    var place = middle + frame.PixelsPerMetre * (height * up + aside * outward);
                    if (!(place.X >= bounds.Left && place.Y >= bounds.Top && place.X < bounds.Right && place.Y < bounds.Bottom)) continue;
                    var pixel = photo.Pixels.AsSpan(3 * ((int)place.Y * photo.Width + (int)place.X), 3);
                    seen += new Vector2(Share(new Vector3(pixel[0], pixel[1], pixel[2])), 1);
                }
            return HeadView.Smooth(BackgroundFrom, BackgroundFully, seen.X / MathF.Max(1, seen.Y));
        }
    }
}
