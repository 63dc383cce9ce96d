using System.Numerics;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>Fills a texture: every texel under the charts gets the colour of its place, gutters that of their neighbours.</summary>
internal static class TexturePainter
{
    private const int Bands = 32;
    private const int GutterPasses = 8;

    public static RgbImage Paint(Atlas atlas, HeadColors colors, int size, ParallelOptions parallel)
    {
        var texture = new RgbImage(size, size);
        var filled = new bool[size * size];
        Parallel.For(0, Bands, parallel, band =>
            PaintBand(atlas, colors, texture, filled, size * band / Bands, size * (band + 1) / Bands));
        FillGutters(texture, filled);
        return texture;
    }

    private static void PaintBand(Atlas atlas, HeadColors colors, RgbImage texture, bool[] filled, int top, int bottom)
    {
        foreach (var t in atlas.TrianglesByChart)
        {
            int i = atlas.CutTriangles[3 * t], j = atlas.CutTriangles[3 * t + 1], k = atlas.CutTriangles[3 * t + 2];
            Vector2 a = atlas.Texels[i], b = atlas.Texels[j], c = atlas.Texels[k];
            if (MathF.Max(a.Y, MathF.Max(b.Y, c.Y)) < top || MathF.Min(a.Y, MathF.Min(b.Y, c.Y)) > bottom) continue;
            ref readonly var pa = ref colors.Points[atlas.CutVertices[i]];
            ref readonly var pb = ref colors.Points[atlas.CutVertices[j]];
            ref readonly var pc = ref colors.Points[atlas.CutVertices[k]];
            foreach (var (x, y, u, v) in TexelCover.Of(a, b, c, texture.Width, texture.Height, top, bottom))
            {
                var at = y * texture.Width + x;
                var w = 1 - u - v;
                var color = colors.At(new SkinPoint(
                    w * pa.PlaceAndFacing + u * pb.PlaceAndFacing + v * pc.PlaceAndFacing,
                    w * pa.FillAndHair + u * pb.FillAndHair + v * pc.FillAndHair,
                    w * pa.MirrorFacing + u * pb.MirrorFacing + v * pc.MirrorFacing));
                Store(texture.Pixels.AsSpan(3 * at, 3), color);
                filled[at] = true;
            }
        }
    }

    /// <summary>Rounds a colour of 0..255 to bytes.</summary>
    public static void Store(Span<byte> rgb, Vector3 color)
    {
        color = Vector3.Clamp(color + new Vector3(0.5f), Vector3.Zero, new Vector3(255));
        rgb[0] = (byte)color.X;
        rgb[1] = (byte)color.Y;
        rgb[2] = (byte)color.Z;
    }

    // Grows the charts ring by ring, then gives what is left their mean colour.
    private static void FillGutters(RgbImage texture, bool[] filled)
    {
        int width = texture.Width, height = texture.Height;
        var pixels = texture.Pixels;
        var ring = new List<int>();
        long r = 0, g = 0, b = 0, count = 0;
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var at = y * width + x;
                if (filled[at])
                {
                    r += pixels[3 * at];
                    g += pixels[3 * at + 1];
                    b += pixels[3 * at + 2];
                    count++;
                }
                else if ((x > 0 && filled[at - 1]) || (x + 1 < width && filled[at + 1])
                    || (y > 0 && filled[at - width]) || (y + 1 < height && filled[at + width]))
                {
                    ring.Add(at);
                }
            }
        }
        for (var pass = 0; pass < GutterPasses && ring.Count > 0; pass++) ring = Grow(texture, filled, ring);

        count = Math.Max(1, count);
        byte meanR = (byte)(r / count), meanG = (byte)(g / count), meanB = (byte)(b / count);
        for (var at = 0; at < filled.Length; at++)
            if (!filled[at]) (pixels[3 * at], pixels[3 * at + 1], pixels[3 * at + 2]) = (meanR, meanG, meanB);
    }

    private static List<int> Grow(RgbImage texture, bool[] filled, List<int> ring)
    {
        int width = texture.Width, height = texture.Height;
        var pixels = texture.Pixels;
        foreach (var at in ring)
        {
            int x = at % width, y = at / width, r = 0, g = 0, b = 0, n = 0;
            for (var v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
                for (var u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
                {
                    var from = v * width + u;
                    if (!filled[from]) continue;
                    r += pixels[3 * from];
                    g += pixels[3 * from + 1];
                    b += pixels[3 * from + 2];
                    n++;
                }
            (pixels[3 * at], pixels[3 * at + 1], pixels[3 * at + 2]) = ((byte)(r / n), (byte)(g / n), (byte)(b / n));
        }
        foreach (var at in ring) filled[at] = true;

        var next = new List<int>();
        foreach (var at in ring)
        {
            int x = at % width, y = at / width;
            if (x > 0) Add(at - 1);
            if (x + 1 < width) Add(at + 1);
            if (y > 0) Add(at - width);
            if (y + 1 < height) Add(at + width);
        }
        return next;

        void Add(int at)
        {
            // Marked twice would be harmless but slow: the colour bytes of an empty texel say that it is listed.
            if (filled[at] || pixels[3 * at] == 1) return;
            pixels[3 * at] = 1;
            next.Add(at);
        }
    }
}
