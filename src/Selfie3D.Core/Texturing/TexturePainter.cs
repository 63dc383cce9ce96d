using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>Fills a texture: every texel under the charts gets the colour of its place, gutters that of their neighbours.</summary>
internal static class TexturePainter
{
    private const float PhotoAlone = 0.999f;

    public static RgbImage Paint(Atlas atlas, HeadColors colors, int size, ParallelOptions parallel)
    {
        var texture = new RgbImage(size, size);
        var filled = new bool[size * size];
        Parallel.For(0, TriangleBands.Count, parallel, band => PaintBand(atlas, colors, band, texture, filled));
        TextureGutters.Fill(texture, filled, AtlasPacker.Gutter(size), parallel);
        return texture;
    }

    /// <summary>Rounds a colour of 0..255 to bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Span<byte> rgb, Vector4 color)
    {
        var whole = Vector128.ConvertToInt32Native(Vector4.MinNative(Vector4.MaxNative(color + new Vector4(0.5f), Vector4.Zero), new Vector4(255)).AsVector128());
        var packed = Vector128.Shuffle(whole.AsByte(), Vector128.Create((byte)0, 4, 8, 12, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).AsUInt32().ToScalar();
        BinaryPrimitives.WriteUInt16LittleEndian(rgb, (ushort)packed);
        rgb[2] = (byte)(packed >> 16);
    }

    private static void PaintBand(Atlas atlas, HeadColors colors, int band, RgbImage texture, bool[] filled)
    {
        int top = atlas.Bands.Top(band), bottom = atlas.Bands.Bottom(band);
        foreach (var number in atlas.Bands.InBand(band))
        {
            var t = atlas.TrianglesByChart[number];
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
