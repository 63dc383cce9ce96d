using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>The outline of an ear as the camera would see it, for laying it over the edges of a photo.</summary>
internal static class EarOutline
{
    // The front of an ear goes over into the cheek: no edge is to be seen there. Cosine.
    private const float Forward = 0.3f;
    private const int Reach = 3; // pixels, for the direction of the outline

    /// <summary>Pixels of the ear's edge with their outward normals, without those in front.</summary>
    /// <param name="map">The head.</param>
    /// <param name="fromEar">[y, x] 0 for the pixels of the ear.</param>
    /// <param name="forward">The direction of the face on the map.</param>
    public static List<(Vector2 Place, Vector2 Normal)> Of(HeadMap map, float[] fromEar, Vector2 forward)
    {
        var outline = new List<(Vector2, Vector2)>();
        for (var y = Reach; y < map.Height - Reach; y++)
            for (var x = Reach; x < map.Width - Reach; x++)
            {
                var at = y * map.Width + x;
                if (fromEar[at] > 0 || fromEar[at - 1] + fromEar[at + 1] + fromEar[at - map.Width] + fromEar[at + map.Width] == 0) continue;
                var inward = Vector2.Zero;
                for (var v = -Reach; v <= Reach; v++)
                    for (var u = -Reach; u <= Reach; u++)
                        if (fromEar[at + v * map.Width + u] == 0) inward += new Vector2(u, v);
                if (inward.LengthSquared() < 1) continue;
                var normal = -Vector2.Normalize(inward);
                if (Vector2.Dot(normal, forward) < Forward) outline.Add((new Vector2(x, y), normal));
            }
        return outline;
    }

    /// <summary>The edges of a photo.</summary>
    internal sealed class Edges
    {
        private readonly HeadMap _map;
        private readonly Vector2[] _gradient; // [y, x] RGB sum per pixel
        private readonly float _steepest;

        /// <param name="map">The head.</param>
        /// <param name="colors">[y, x] RGB 0..255.</param>
        /// <param name="known">[y, x] pixels that lie in the photo.</param>
        /// <param name="steepest">RGB sum per pixel: no edge counts more.</param>
        public Edges(HeadMap map, Vector4[] colors, bool[] known, float steepest)
        {
            (_map, _steepest) = (map, steepest);
            _gradient = new Vector2[colors.Length];
            var width = map.Width;
            var sum = new float[colors.Length];
            for (var at = 0; at < sum.Length; at++) sum[at] = colors[at].X + colors[at].Y + colors[at].Z;
            for (var y = 2; y < map.Height - 2; y++)
                for (var x = 2; x < width - 2; x++)
                {
                    var at = y * width + x;
                    if (known[at])
                    {
                        _gradient[at] = new Vector2(
                            sum[at + 1] + sum[at + 2] - sum[at - 1] - sum[at - 2],
                            sum[at + width] + sum[at + 2 * width] - sum[at - width] - sum[at - 2 * width]) / 6;
                    }
                }
        }

        /// <summary>The mean edge across a moved outline: lighter or darker inside, but the same all around.</summary>
        public float Under(List<(Vector2 Place, Vector2 Normal)> outline, Vector2 middle, Vector2 move, float size)
        {
            var sum = 0f;
            foreach (var (place, normal) in outline)
            {
                var moved = middle + move + size * (place - middle);
                int x = (int)(moved.X + 0.5f), y = (int)(moved.Y + 0.5f);
                if ((uint)x < (uint)_map.Width && (uint)y < (uint)_map.Height)
                    sum += Math.Clamp(Vector2.Dot(_gradient[y * _map.Width + x], normal), -_steepest, _steepest);
            }
            return MathF.Abs(sum) / Math.Max(1, outline.Count);
        }
    }
}
