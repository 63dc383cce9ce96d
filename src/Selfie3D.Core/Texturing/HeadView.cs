using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>How well the camera saw a place of the head.</summary>
/// <param name="Known">0 nothing there comes from the photo, 1 all of it.</param>
/// <param name="Quality">0..1, for choosing between a place and its mirror image.</param>
/// <param name="Sharp">0 only the clean colours of the neighbourhood may be used, 1 the photo itself.</param>
internal readonly record struct Sight(float Known, float Quality, float Sharp);

/// <summary>
/// What the camera saw of the head and how well. Where an outline, the background, a collar or the edge of the photo is
/// near, the colours of clean skin and hair beside it are spread over the place, so that nothing else gets into the texture.
/// </summary>
internal sealed class HeadView
{
    // Cosine between skin and camera from which a place is known (a little beyond the horizon the colours of the outline
    // still hold), and from which it is seen, and seen as well as can be.
    private const float KnownFrom = -0.12f, KnownFully = 0.1f, SeenFrom = 0.05f, SeenWell = 0.5f;
    // On the sides of a head that is seen from the front a flat look smears a few pixels over temple and jaw, and they are
    // often those of hair, an outline or a highlight: less of it is taken.
    private const float SideKnownFrom = 0.18f, SideKnownFully = 0.45f;
    // A flat look at the skin stretches the photo: below this cosine its soft version is used.
    private const float SharpFrom = 0.1f, SharpFully = 0.3f;
    // Pixels of the map (0.9 mm): within the first nothing is taken at an outline, beyond the second everything is.
    private const float OutlineBand = 2f, SharpInside = 5f;
    // How far clean colours are spread: fully, and not at all.
    private const float SpreadFully = 6f, SpreadEnd = 14f;
    // A step in depth between neighbouring pixels that makes an outline.
    private const float DepthStep = 7f;
    private const float EarEdge = 0.3f; // from this share of an ear on a place may have the colours of one
    // Depth between a point and the surface seen there: the same skin below the first, hidden from the second on.
    private const float SameSkin = 4f, Hidden = 9f, Fold = 14f;

    private readonly HeadMap _map;
    private readonly Vector4[] _colors;  // [y, x] clean colours, spread over the rest
    private readonly float[] _sharp;     // [y, x] 0..1
    private readonly float[] _visible;   // [y, x] 0..1
    private readonly EarMap _ears;
    private readonly EarShift? _earShift;

    /// <param name="photoMesh">The head, photo frame.</param>
    /// <param name="photo">The whole photo.</param>
    /// <param name="frame">Between photo and head.</param>
    /// <param name="ears">Of the head.</param>
    /// <param name="parallel">Threads.</param>
    public HeadView(Mesh photoMesh, RgbImage photo, HeadFrame frame, EarMap ears, ParallelOptions parallel)
    {
        _map = new HeadMap(photoMesh);
        _ears = ears;
        var (width, height) = (_map.Width, _map.Height);
        var raw = RawColors(photo, parallel);
        var found = Unclean(photo, raw, frame);
        var bad = found.Bad;
        (_earShift, Tones, Beside) = (found.Ear, found.Tones, found.Beside);

        var fromBad = new float[bad.Length];
        var fromClean = new float[bad.Length];
        for (var at = 0; at < bad.Length; at++)
        {
            fromBad[at] = bad[at] ? 0 : DistanceMap.Far;
            fromClean[at] = bad[at] ? DistanceMap.Far : 0;
            raw[at] = bad[at] ? Vector4.Zero : raw[at] with { W = 1 };
        }
        Parallel.Invoke(parallel,
            () => DistanceMap.Spread(fromBad, null, width, height),
            () => DistanceMap.Spread(fromClean, null, width, height),
            () => PushPull.Fill(raw, width, height));
        for (var at = 0; at < bad.Length; at++)
        {
            fromBad[at] = Smooth(0, SharpInside - OutlineBand, fromBad[at]);
            fromClean[at] = 1 - Smooth(SpreadFully, SpreadEnd, fromClean[at]);
        }
        (_colors, _sharp, _visible) = (raw, fromBad, fromClean);
    }

    /// <summary>The colours of hair and skin.</summary>
    public HairTones Tones { get; }

    /// <summary>The hair that the photo shows beside the head.</summary>
    public BesideHead Beside { get; }

    /// <summary>Where the colour of a point lies in the photo: at the point itself, or a little beside it around an ear.</summary>
    /// <param name="photo">The point, photo frame.</param>
    /// <param name="head">The same, head frame.</param>
    public Vector3 ColorPlace(Vector3 photo, Vector3 head) => _earShift?.ColorPlace(photo, head) ?? photo;

    /// <summary>How well the camera saw a point of the skin.</summary>
    /// <param name="photo">The point, photo frame.</param>
    /// <param name="head">The same, head frame.</param>
    /// <param name="color">Where its colour lies, photo frame.</param>
    /// <param name="facing">Cosine between the skin and the camera.</param>
    /// <param name="side">0 near the middle of the head, 1 on its sides.</param>
    /// <param name="tolerance">How many times the usual depth difference still counts as the same skin.</param>
    public Sight At(Vector3 photo, Vector3 head, Vector3 color, float facing, float side, float tolerance = 1)
    {
        if (!(facing > KnownFrom)) return default; // also where a degenerate normal is no number
        var x = (photo.X - _map.Origin.X) * _map.Scale - 0.5f;
        var y = (photo.Y - _map.Origin.Y) * _map.Scale - 0.5f;
        if (!(x >= 0 && y >= 0 && x < _map.Width - 1 && y < _map.Height - 1)) return default;
        int left = (int)x, top = (int)y;
        float fx = x - left, fy = y - top;
        var at = top * _map.Width + left;
        var visible = 1 - Smooth(SameSkin, Hidden, Behind(at, photo.Z) * _map.Scale / tolerance);
        if (visible <= 0) return default;
        if (_earShift is not null)
        {
            x = Math.Clamp((color.X - _map.Origin.X) * _map.Scale - 0.5f, 0, _map.Width - 1.001f);
            y = Math.Clamp((color.Y - _map.Origin.Y) * _map.Scale - 0.5f, 0, _map.Height - 1.001f);
            (left, top) = ((int)x, (int)y);
            (fx, fy, at) = (x - left, y - top, top * _map.Width + left);
            // The photo's ear belongs to the head's ear alone.
            visible *= 1 - _earShift.Covered(x, y) * (1 - Smooth(0, EarEdge, _ears.At(head)));
        }
        visible *= Between(_visible, at, fx, fy);
        if (visible <= 0) return default;
        return new Sight(
            visible * Smooth(
                KnownFrom + side * (SideKnownFrom - KnownFrom), KnownFully + side * (SideKnownFully - KnownFully), facing),
            visible * (0.02f * Smooth(KnownFrom, KnownFully, facing) + 0.98f * Smooth(SeenFrom, SeenWell, facing)),
            Between(_sharp, at, fx, fy) * Smooth(SharpFrom, SharpFully, facing));
    }

    /// <summary>Whether a point lies at most a few millimetres behind what the camera sees there: a fold between the lips, beside a nostril.</summary>
    public bool IsJustBehind(Vector3 photo)
    {
        var x = (photo.X - _map.Origin.X) * _map.Scale - 0.5f;
        var y = (photo.Y - _map.Origin.Y) * _map.Scale - 0.5f;
        return x >= 0 && y >= 0 && x < _map.Width - 1 && y < _map.Height - 1
            && _visible[(int)y * _map.Width + (int)x] > 0.5f && Behind((int)y * _map.Width + (int)x, photo.Z) * _map.Scale < Fold;
    }

    /// <summary>The clean colour at or near a photo position, RGB 0..255, about a millimetre coarse.</summary>
    public Vector4 ColorAt(float photoX, float photoY)
    {
        var x = Math.Clamp((photoX - _map.Origin.X) * _map.Scale - 0.5f, 0, _map.Width - 1.001f);
        var y = Math.Clamp((photoY - _map.Origin.Y) * _map.Scale - 0.5f, 0, _map.Height - 1.001f);
        int left = (int)x, top = (int)y;
        var at = top * _map.Width + left;
        return Vector4.Lerp(
            Vector4.Lerp(_colors[at], _colors[at + 1], x - left),
            Vector4.Lerp(_colors[at + _map.Width], _colors[at + _map.Width + 1], x - left), y - top);
    }

    /// <summary>0 below <paramref name="low"/>, 1 above <paramref name="high"/>, smooth between.</summary>
    public static float Smooth(float low, float high, float value)
    {
        var t = Math.Clamp((value - low) / (high - low), 0, 1);
        return t * t * (3 - 2 * t);
    }

    private float Between(float[] values, int at, float fx, float fy) =>
        (values[at] * (1 - fx) + values[at + 1] * fx) * (1 - fy)
        + (values[at + _map.Width] * (1 - fx) + values[at + _map.Width + 1] * fx) * fy;

    // How far a point lies behind what the camera sees there; of the four pixels around it the kindest counts.
    private float Behind(int at, float z)
    {
        var depth = _map.Depth;
        var apart = MathF.Min(
            MathF.Min(MathF.Abs(depth[at] - z), MathF.Abs(depth[at + 1] - z)),
            MathF.Min(MathF.Abs(depth[at + _map.Width] - z), MathF.Abs(depth[at + _map.Width + 1] - z)));
        return apart;
    }

    private Vector4[] RawColors(RgbImage photo, ParallelOptions parallel)
    {
        var far = _map.PhotoOf(_map.Width, _map.Height);
        var sampler = new PhotoSampler(photo, Vector2.Max(_map.Origin, Vector2.Zero), far, 1 / _map.Scale, parallel);
        var colors = new Vector4[_map.Width * _map.Height];
        Parallel.For(0, _map.Height, parallel, y =>
        {
            for (var x = 0; x < _map.Width; x++)
            {
                var at = _map.PhotoOf(x, y);
                colors[y * _map.Width + x] = sampler.At(at.X, at.Y);
            }
        });
        return colors;
    }

    // What the photo shows where the head is.
    // Bad: [y, x] pixels whose colour is not, or may not be, that of the head. Ear: where the photo's ear lies.
    private sealed record Findings(bool[] Bad, EarShift? Ear, HairTones Tones, BesideHead Beside);

    private Findings Unclean(RgbImage image, Vector4[] colors, HeadFrame frame)
    {
        var bounds = PhotoContent.Bounds(image);
        var (width, height) = (_map.Width, _map.Height);
        var head = new bool[colors.Length];
        var known = new bool[colors.Length];   // within the image
        var content = new bool[colors.Length]; // and within what of it is a photo
        var outline = new float[colors.Length];
        var step = DepthStep / _map.Scale;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = y * width + x;
                var photo = _map.PhotoOf(x, y);
                known[at] = photo.X >= 0 && photo.Y >= 0 && photo.X < image.Width && photo.Y < image.Height;
                content[at] = photo.X >= bounds.Left && photo.Y >= bounds.Top && photo.X < bounds.Right && photo.Y < bounds.Bottom;
                head[at] = _map.IsHead(at);
                outline[at] = x == 0 || y == 0 || x == width - 1 || y == height - 1 || IsOutline(at, step) || head[at] && !content[at] ? 0 : DistanceMap.Far;
            }
        }
        var ear = EarShift.Find(_map, colors, known, _ears, frame);
        var inward = new float[colors.Length];
        var outward = new float[colors.Length];
        var nearest = new int[colors.Length]; // the head's pixel that is nearest
        for (var at = 0; at < inward.Length; at++)
            (inward[at], outward[at], nearest[at]) = head[at] ? (DistanceMap.Far, 0f, at) : (0, DistanceMap.Far, -1);
        DistanceMap.Spread(inward, null, width, height);
        DistanceMap.Spread(outward, nearest, width, height);
        var tones = HairTones.Find(_map, colors, content, inward, frame);
        var beside = BesideHead.Find(_map, colors, content, outward, nearest, image, bounds, frame, tones);
        var background = OutlineEvidence.Background(head, known, beside.IsHair, inward, outward, width, height, colors);
        var collar = CollarEvidence.Find(_map, colors, content, frame);
        // Beside the background colours are mixed, as they are at the edge of a photo.
        for (var at = 0; at < outline.Length; at++) if (background[at]) outline[at] = 0;
        DistanceMap.Spread(outline, null, width, height);
        var bad = new bool[colors.Length];
        for (var at = 0; at < bad.Length; at++)
            bad[at] = !head[at] || !content[at] || collar[at] || outline[at] < OutlineBand;
        return new Findings(bad, ear, tones, beside);
    }

    // The farther pixel of a step; the nearer side is kept honest by its own turning away.
    private bool IsOutline(int at, float step)
    {
        var depth = _map.Depth;
        var own = depth[at];
        return float.IsNegativeInfinity(own)
            || depth[at - 1] - own > step || depth[at + 1] - own > step
            || depth[at - _map.Width] - own > step || depth[at + _map.Width] - own > step;
    }
}
