using System.Numerics;
using System.Runtime.InteropServices;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>
/// Gives the texels between charts the colours of what lies next to them, at every scale, so that neither bilinear reading
/// nor mipmaps bring anything else across the border of a chart.
/// </summary>
internal static class TextureGutters
{
    /// <summary>Grows the charts ring by ring, then fills the rest with means over growing squares.</summary>
    /// <param name="texture">Its colours where <paramref name="filled"/> says so.</param>
    /// <param name="filled">[y, x] true for texels of charts; all true afterwards.</param>
    /// <param name="rings">How far each chart grows, texels.</param>
    /// <param name="parallel">Threads.</param>
    public static void Fill(RgbImage texture, bool[] filled, int rings, ParallelOptions parallel)
    {
        var ring = FirstRing(texture.Width, texture.Height, filled);
        for (var pass = 0; pass < rings && ring.Count > 0; pass++) ring = Grow(texture, filled, ring);
        FillRest(texture, filled, parallel);
    }

    private static List<int> FirstRing(int width, int height, bool[] filled)
    {
        var ring = new List<int>();
        for (var y = 0; y < height; y++)
        {
            var row = filled.AsSpan(y * width, width);
            // Beyond the texture a free texel has itself as its neighbour.
            var above = y > 0 ? filled.AsSpan((y - 1) * width, width) : row;
            var below = y + 1 < height ? filled.AsSpan((y + 1) * width, width) : row;
            for (var left = 0; left < width; left += Vector<byte>.Count)
            {
                var right = Math.Min(width, left + Vector<byte>.Count);
                // Most are in the middle of a chart, or of nothing.
                if (left > 0 && right < width && !AnyBeside(row, above, below, left)) continue;
                for (var x = left; x < right; x++)
                    if (!row[x] && (row[Math.Max(0, x - 1)] || row[Math.Min(width - 1, x + 1)] || above[x] || below[x])) ring.Add(y * width + x);
            }
        }
        return ring;
    }

    // Whether a whole vector of texels, with one more to each side, has a free one beside one that is filled.
    private static bool AnyBeside(ReadOnlySpan<bool> row, ReadOnlySpan<bool> above, ReadOnlySpan<bool> below, int x)
    {
        var beside = Load(row, x - 1) | Load(row, x + 1) | Load(above, x) | Load(below, x);
        return Vector.AndNot(beside, Load(row, x)) != Vector<byte>.Zero;

        static Vector<byte> Load(ReadOnlySpan<bool> texels, int at) => new(MemoryMarshal.AsBytes(texels.Slice(at, Vector<byte>.Count)));
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

    // Adds what is filled to sums of red, green, blue and how many there are.
    private static void Count(ReadOnlySpan<bool> filled, ReadOnlySpan<byte> pixels, Span<int> sums)
    {
        if (!filled.Contains(true)) return;
        int r = 0, g = 0, b = 0, n = 0;
        for (var k = 0; k < filled.Length; k++)
        {
            var one = filled[k] ? 1 : 0;
            n += one;
            r += one * pixels[3 * k];
            g += one * pixels[3 * k + 1];
            b += one * pixels[3 * k + 2];
        }
        sums[0] += r;
        sums[1] += g;
        sums[2] += b;
        sums[3] += n;
    }

    // A pyramid of means of what is filled; a free texel takes the finest level that knows a colour for its square.
    private static void FillRest(RgbImage texture, bool[] filled, ParallelOptions parallel)
    {
        if (!filled.AsSpan().Contains(true)) return;
        const int FirstBlock = 8;
        var levels = new List<(int Width, int Height, int[] Sums)>();
        int width = (texture.Width + FirstBlock - 1) / FirstBlock, height = (texture.Height + FirstBlock - 1) / FirstBlock;
        var sums = new int[4 * width * height]; // [y, x] red, green, blue, count
        var (firstWidth, first) = (width, sums);
        Parallel.For(0, height, parallel, blockRow =>
        {
            for (var y = blockRow * FirstBlock; y < Math.Min(texture.Height, (blockRow + 1) * FirstBlock); y++)
            {
                for (int block = 0, at = y * texture.Width, end = at + texture.Width; at < end; block++, at += FirstBlock)
                {
                    var count = Math.Min(FirstBlock, end - at);
                    Count(filled.AsSpan(at, count), texture.Pixels.AsSpan(3 * at, 3 * count), first.AsSpan(4 * (blockRow * firstWidth + block), 4));
                }
            }
        });
        levels.Add((width, height, sums));
        while (width > 1 || height > 1)
        {
            var (fineWidth, fineHeight, fine) = levels[^1];
            (width, height) = ((fineWidth + 1) / 2, (fineHeight + 1) / 2);
            sums = new int[4 * width * height];
            for (var y = 0; y < fineHeight; y++)
                for (var x = 0; x < fineWidth; x++)
                {
                    int from = 4 * (y * fineWidth + x), to = 4 * ((y >> 1) * width + (x >> 1)), count = fine[from + 3];
                    if (count == 0) continue;
                    // Means of means: large sums would overflow on the largest textures.
                    for (var c = 0; c < 3; c++) sums[to + c] += fine[from + c] / count;
                    sums[to + 3]++;
                }
            levels.Add((width, height, sums));
        }
        // All free texels of a block take the same colour.
        Parallel.For(0, (texture.Height + FirstBlock - 1) / FirstBlock, parallel, blockRow =>
        {
            for (var block = 0; block < firstWidth; block++)
            {
                int left = block * FirstBlock, right = Math.Min(texture.Width, left + FirstBlock);
                if (first[4 * (blockRow * firstWidth + block) + 3] == FirstBlock * FirstBlock) continue;
                int level = 0, u = block, v = blockRow;
                while (levels[level].Sums[4 * (v * levels[level].Width + u) + 3] == 0) (level, u, v) = (level + 1, u >> 1, v >> 1);
                var sum = levels[level].Sums.AsSpan(4 * (v * levels[level].Width + u), 4);
                var (r, g, b) = ((byte)(sum[0] / sum[3]), (byte)(sum[1] / sum[3]), (byte)(sum[2] / sum[3]));
                for (var y = blockRow * FirstBlock; y < Math.Min(texture.Height, (blockRow + 1) * FirstBlock); y++)
                    for (var at = y * texture.Width + left; at < y * texture.Width + right; at++)
                    {
                        if (filled[at]) continue;
                        (texture.Pixels[3 * at], texture.Pixels[3 * at + 1], texture.Pixels[3 * at + 2]) = (r, g, b);
                        filled[at] = true;
                    }
            }
        });
    }
}
