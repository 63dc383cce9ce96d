using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Texturing;

/// <summary>
/// How far an ear of the photo lies beside the ear of the head, and how much larger it is: the head's ear is then coloured from
/// where the photo's is, the skin and hair around it go along, less and less, and no other place takes the pixels of the photo's
/// ear. Otherwise they would be painted beside the head's ear as a second one.
/// </summary>
/// <remarks>The outline of the head's ear is moved over the photo until the edges under it are strongest.</remarks>
internal sealed class EarShift
{
    // How far an ear is looked for along the head's z and y, metres, in steps that are then refined once; and how much larger.
    private const float AlongZ = 0.024f, AlongY = 0.014f, Step = 0.002f, FineStep = 0.001f;
    private static readonly float[] Sizes = [1, 1.15f, 1.3f];
    private const int LeastPixels = 1400;      // of the map, 0.9 mm each: an ear seen from the side, not from the front
    private const float SteepEdge = 25;        // RGB sum per pixel of the map: more is not believed more
    private const float FarCounts = 0.65f;     // what an edge at the limits counts, beside one at the ear itself
    private const float LeastEdge = 8, Better = 1.25f; // an ear that is found has such edges, and is so much better than none
    private const float LeastShift = 0.004f;   // metres; nearer than that two ears are one
    private const float FadesOver = 0.024f, FadesOverShifts = 2; // metres, and at least so many times the shift: nothing folds
    private const float CoveredFully = 2, CoveredTo = 4.5f; // pixels of the map beyond the photo's ear, with its shadow

    private readonly HeadMap _map;
    private readonly float[] _fromEar; // [y, x] pixels to the photo's ear
    private readonly float _side, _size, _fade;
    private readonly Vector2 _middle, _radii;       // of the head's ear, (z, y), metres
    private readonly Vector2 _shift, _middlePhoto;  // pixels of the photo

    private EarShift(HeadMap map, float[] fromEar, float side, Vector2 low, Vector2 high, Vector2 middlePhoto, Vector2 shift, float size, float fade)
    {
        (_map, _fromEar, _side, _size, _fade) = (map, fromEar, side, size, fade);
        (_middle, _radii) = ((low + high) / 2, (high - low) / 2);
        (_shift, _middlePhoto) = (shift, middlePhoto);
    }

    /// <summary>Finds the shift of the ear that the camera saw from the side.</summary>
    /// <param name="map">The head as the camera sees it.</param>
    /// <param name="colors">[y, x] RGB 0..255 of the photo on the map.</param>
    /// <param name="known">[y, x] pixels that lie in the photo.</param>
    /// <param name="ears">Of the head.</param>
    /// <param name="frame">Between photo and head.</param>
    /// <returns>Null where no ear is seen from the side, or none is found beside it.</returns>
    public static EarShift? Find(HeadMap map, Vector4[] colors, bool[] known, EarMap ears, HeadFrame frame)
    {
        var side = frame.ViewDirection.X > 0 ? 1 : -1;
        var ear = new List<int>();
        var fromEar = new float[colors.Length];
        Array.Fill(fromEar, DistanceMap.Far);
        Vector2 low = new(1), high = new(-1), middle = default;
        for (var y = 1; y < map.Height - 1; y++)
            for (var x = 1; x < map.Width - 1; x++)
            {
                var at = y * map.Width + x;
                if (!map.IsHead(at)) continue;
                var head = frame.ToHead(new Vector3(map.PhotoOf(x, y), map.Depth[at]));
                if (side * head.X <= 0 || ears.At(head) < 0.5f) continue;
                ear.Add(at);
                fromEar[at] = 0;
                middle += new Vector2(x, y);
                var place = new Vector2(head.Z, head.Y);
                (low, high) = (Vector2.Min(low, place), Vector2.Max(high, place));
            }
        if (ear.Count < LeastPixels) return null;
        middle /= ear.Count;
        // One metre, in pixels of the map.
        var scale = frame.PixelsPerMetre * map.Scale;
        Vector2 alongZ = scale * frame.DirectionToPhoto(Vector3.UnitZ).AsVector2(), alongY = scale * frame.DirectionToPhoto(Vector3.UnitY).AsVector2();
        var outline = EarOutline.Of(map, fromEar, Vector2.Normalize(alongZ));
        var edges = new EarOutline.Edges(map, colors, known, SteepEdge);

        var home = edges.Under(outline, middle, Vector2.Zero, 1);
        var (best, shift, size) = (home, Vector2.Zero, 1f);
        foreach (var s in Sizes) Search(Vector2.Zero, new Vector2(AlongZ, AlongY), Step, s);
        Search(shift, new Vector2(FineStep), FineStep, size);
        if (best < LeastEdge || best < Better * home || (shift.Length() < LeastShift && size == 1)) return null;

        var move = shift.X * alongZ + shift.Y * alongY;
        Array.Fill(fromEar, DistanceMap.Far);
        foreach (var at in ear)
        {
            var place = middle + move + size * (new Vector2(at % map.Width, at / map.Width) - middle);
            int x = (int)MathF.Round(place.X), y = (int)MathF.Round(place.Y);
            if (x >= 0 && y >= 0 && x < map.Width && y < map.Height) fromEar[y * map.Width + x] = 0;
        }
        DistanceMap.Spread(fromEar, null, map.Width, map.Height);
        var farthest = shift.Length() + (size - 1) * (high - low).Length() / 2;
        return new EarShift(map, fromEar, side, low, high, map.Origin + (middle + new Vector2(0.5f)) / map.Scale, move / map.Scale, size,
            MathF.Max(FadesOver, FadesOverShifts * farthest));

        void Search(Vector2 around, Vector2 reach, float step, float s)
        {
            for (var z = around.X - reach.X; z <= around.X + reach.X + step / 2; z += step)
                for (var y = around.Y - reach.Y; y <= around.Y + reach.Y + step / 2; y += step)
                {
                    var far = new Vector2(z / AlongZ, y / AlongY).LengthSquared() / 2;
                    var edge = edges.Under(outline, middle, z * alongZ + y * alongY, s) * (1 - (1 - FarCounts) * far);
                    if (edge > best) (best, shift, size) = (edge, new Vector2(z, y), s);
                }
        }
    }

    /// <summary>Where a place's colour lies in the photo.</summary>
    /// <param name="photo">The place, photo frame.</param>
    /// <param name="head">The same, head frame.</param>
    public Vector3 ColorPlace(Vector3 photo, Vector3 head)
    {
        if (_side * head.X <= 0) return photo;
        var offset = (new Vector2(head.Z, head.Y) - _middle) / _radii;
        var outside = (offset.Length() - 1) * MathF.Min(_radii.X, _radii.Y);
        var share = 1 - HeadView.Smooth(0, _fade, outside);
        return photo + new Vector3(share * (_shift + (_size - 1) * (photo.AsVector2() - _middlePhoto)), 0);
    }

    /// <summary>0..1: how far a place of the photo shows the ear.</summary>
    /// <param name="mapX">Pixels of the map.</param>
    /// <param name="mapY">Pixels of the map.</param>
    public float Covered(float mapX, float mapY) =>
        1 - HeadView.Smooth(CoveredFully, CoveredTo, _fromEar[(int)(mapY + 0.5f) * _map.Width + (int)(mapX + 0.5f)]);
}
