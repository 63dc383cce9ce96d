using System.Numerics;
using System.Runtime.CompilerServices;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>Fills a texture: every texel under the charts gets the colour of its place, gutters that of their neighbours.</summary>
internal static class TexturePainter
{
    private const int Bands = 32;
    private const float PhotoAlone = 0.999f;

    public static RgbImage Paint(Atlas atlas, HeadColors colors, int size, ParallelOptions parallel)
    {
        var texture = new RgbImage(size, size);
        var filled = new bool[size * size];
        var (start, order) = TrianglesByBand(atlas, size);
        Parallel.For(0, Bands, parallel, band => PaintBand(
            atlas, colors, order.AsSpan(start[band], start[band + 1] - start[band]), texture, filled, Top(band, size), Top(band + 1, size)));
        TextureGutters.Fill(texture, filled, AtlasPacker.Gutter(size), parallel);
        return texture;
    }

    /// <summary>Rounds a colour of 0..255 to bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Span<byte> rgb, Vector4 color)
    {
        color = Vector4.Min(Vector4.Max(color + new Vector4(0.5f), Vector4.Zero), new Vector4(255));
        rgb[2] = (byte)color.Z;
        rgb[1] = (byte)color.Y;
        rgb[0] = (byte)color.X;
    }

    private static int Top(int band, int size) => size * band / Bands;

    // A triangle is listed in every band that it reaches, in the order of the charts.
    private static (int[] Start, int[] Order) TrianglesByBand(Atlas atlas, int size)
    {
        var bandOfRow = new byte[size];
        for (var band = 0; band < Bands; band++) bandOfRow.AsSpan(Top(band, size), Top(band + 1, size) - Top(band, size)).Fill((byte)band);
        var start = new int[Bands + 1];
        foreach (var t in atlas.TrianglesByChart)
        {
            var (first, last) = Rows(t);
            for (var band = first; band <= last; band++) start[band + 1]++;
        }
        for (var band = 0; band < Bands; band++) start[band + 1] += start[band];
        var next = start.AsSpan(0, Bands).ToArray();
        var order = new int[start[Bands]];
        foreach (var t in atlas.TrianglesByChart)
        {
            var (first, last) = Rows(t);
            for (var band = first; band <= last; band++) order[next[band]++] = t;
        }
        return (start, order);

        (int First, int Last) Rows(int t)
        {
            float a = atlas.Texels[atlas.CutTriangles[3 * t]].Y, b = atlas.Texels[atlas.CutTriangles[3 * t + 1]].Y, c = atlas.Texels[atlas.CutTriangles[3 * t + 2]].Y;
            var top = Math.Clamp((int)(MathF.Min(a, MathF.Min(b, c)) - 0.5f), 0, size - 1);
            var bottom = Math.Clamp((int)(MathF.Max(a, MathF.Max(b, c)) + 0.5f), 0, size - 1);
            return (bandOfRow[top], bandOfRow[bottom]);
        }
    }

    private static void PaintBand(Atlas atlas, HeadColors colors, ReadOnlySpan<int> triangles, RgbImage texture, bool[] filled, int top, int bottom)
    {
        foreach (var t in triangles)
        {
            int i = atlas.CutTriangles[3 * t], j = atlas.CutTriangles[3 * t + 1], k = atlas.CutTriangles[3 * t + 2];
            ref readonly var pa = ref colors.Points[atlas.CutVertices[i]];
            ref readonly var pb = ref colors.Points[atlas.CutVertices[j]];
            ref readonly var pc = ref colors.Points[atlas.CutVertices[k]];
            var cover = TexelCover.Of(atlas.Texels[i], atlas.Texels[j], atlas.Texels[k], texture.Width, texture.Height, top, bottom);
            if (pa.Shares.X >= PhotoAlone && pb.Shares.X >= PhotoAlone && pc.Shares.X >= PhotoAlone)
            {
                Vector2 origin = pa.Place.AsVector2(), alongU = pb.Place.AsVector2() - origin, alongV = pc.Place.AsVector2() - origin;
                foreach (var (x, y, u, v) in cover)
                {
                    var at = y * texture.Width + x;
                    var place = origin + u * alongU + v * alongV;
                    Store(texture.Pixels.AsSpan(3 * at, 3), colors.PhotoAt(place.X, place.Y));
                    filled[at] = true;
                }
                continue;
            }
            Vector2 strandA = pa.Strand, strandB = Near(strandA, pb.Strand), strandC = Near(strandA, pc.Strand);
            if (pa.Shares + pb.Shares + pc.Shares == Vector4.Zero)
            {
                foreach (var (x, y, u, v) in cover)
                {
                    var at = y * texture.Width + x;
                    var w = 1 - u - v;
                    var color = HeadColors.FillAt(
                        w * pa.Fill + u * pb.Fill + v * pc.Fill, w * pa.Place.W + u * pb.Place.W + v * pc.Place.W,
                        w * strandA + u * strandB + v * strandC);
                    Store(texture.Pixels.AsSpan(3 * at, 3), color);
                    filled[at] = true;
                }
                continue;
            }
            foreach (var (x, y, u, v) in cover)
            {
                var at = y * texture.Width + x;
                var w = 1 - u - v;
                var color = colors.At(new SkinPoint(
                    w * pa.Place + u * pb.Place + v * pc.Place,
                    w * pa.Shares + u * pb.Shares + v * pc.Shares,
                    w * pa.Gain + u * pb.Gain + v * pc.Gain,
                    w * pa.Fill + u * pb.Fill + v * pc.Fill,
                    w * strandA + u * strandB + v * strandC));
                Store(texture.Pixels.AsSpan(3 * at, 3), color);
                filled[at] = true;
            }
        }
    }

    // The same place among the strands, once more around the head where that is nearer.
    private static Vector2 Near(Vector2 to, Vector2 strand) => strand with { X = strand.X - MathF.Round(strand.X - to.X) };
}
