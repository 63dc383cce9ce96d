using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
        var bytes = Vector128.ConvertToInt32(Vector4.Min(Vector4.Max(color + new Vector4(0.5f), Vector4.Zero), new Vector4(255)).AsVector128());
        rgb[2] = (byte)bytes[2];
        rgb[1] = (byte)bytes[1];
        rgb[0] = (byte)bytes[0];
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
            var rows = new TexelRows(atlas.Texels[i], atlas.Texels[j], atlas.Texels[k], texture.Width, top, bottom);
            if (pa.Shares.X >= PhotoAlone && pb.Shares.X >= PhotoAlone && pc.Shares.X >= PhotoAlone)
            {
                Vector2 origin = pa.Place.AsVector2(), alongU = pb.Place.AsVector2() - origin, alongV = pc.Place.AsVector2() - origin;
                foreach (var row in rows)
                {
                    var place = origin + row.Start.X * alongU + row.Start.Y * alongV;
                    var step = rows.Step.X * alongU + rows.Step.Y * alongV;
                    var target = Fill(row);
                    for (var at = 0; at < target.Length; at += 3, place += step) Store(target[at..], colors.PhotoAt(place.X, place.Y));
                }
                continue;
            }
            Vector2 strandA = pa.Strand, strandB = Near(strandA, pb.Strand) - strandA, strandC = Near(strandA, pc.Strand) - strandA;
            if (pa.Shares + pb.Shares + pc.Shares == Vector4.Zero)
            {
                // Red, green, blue and how strongly strands show.
                Vector4 origin = pa.Fill with { W = pa.Place.W }, alongU = pb.Fill with { W = pb.Place.W } - origin, alongV = pc.Fill with { W = pc.Place.W } - origin;
                foreach (var row in rows)
                {
                    var (u, v) = (row.Start.X, row.Start.Y);
                    Vector4 fill = origin + u * alongU + v * alongV, step = rows.Step.X * alongU + rows.Step.Y * alongV;
                    Vector2 strand = strandA + u * strandB + v * strandC, strandStep = rows.Step.X * strandB + rows.Step.Y * strandC;
                    var target = Fill(row);
                    for (var at = 0; at < target.Length; at += 3, fill += step, strand += strandStep) Store(target[at..], HeadColors.FillAt(fill, fill.W, strand));
                }
                continue;
            }
            foreach (var row in rows)
            {
                var weights = row.Start;
                var target = Fill(row);
                for (var at = 0; at < target.Length; at += 3, weights += rows.Step)
                {
                    var (u, v, w) = (weights.X, weights.Y, 1 - weights.X - weights.Y);
                    Store(target[at..], colors.At(new SkinPoint(
                        w * pa.Place + u * pb.Place + v * pc.Place,
                        w * pa.Shares + u * pb.Shares + v * pc.Shares,
                        w * pa.Gain + u * pb.Gain + v * pc.Gain,
                        w * pa.Fill + u * pb.Fill + v * pc.Fill,
                        strandA + u * strandB + v * strandC)));
                }
            }
        }

        // The bytes of a row's texels, which are marked.
        Span<byte> Fill(TexelRow row)
        {
            int at = row.Y * texture.Width + row.First, count = row.Last - row.First + 1;
            filled.AsSpan(at, count).Fill(true);
            return texture.Pixels.AsSpan(3 * at, 3 * count);
        }
    }

    // The same place among the strands, once more around the head where that is nearer.
    private static Vector2 Near(Vector2 to, Vector2 strand) => strand with { X = strand.X - MathF.Round(strand.X - to.X) };
}
