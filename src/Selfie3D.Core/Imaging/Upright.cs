namespace Selfie3D.Imaging;

/// <summary>Turns decoded pixels upright, shrinks them by whole factors and drops their alpha.</summary>
internal static class Upright
{
    /// <summary>Converts premultiplied RGBA to upright RGB on white.</summary>
    /// <param name="rgba">[y, x, rgba], rows <paramref name="rowBytes"/> apart.</param>
    /// <param name="width">Width as encoded.</param>
    /// <param name="height">Height as encoded.</param>
    /// <param name="rowBytes">Bytes from row to row.</param>
    /// <param name="shrink">Squares of this side are averaged to one pixel.</param>
    /// <param name="orientation">EXIF orientation, 1..8.</param>
    public static unsafe RgbImage FromRgba(ReadOnlySpan<byte> rgba, int width, int height, int rowBytes, int shrink, int orientation)
    {
        int w = Math.Max(1, width / shrink), h = Math.Max(1, height / shrink);
        bool swap = orientation >= 5;
        var image = new RgbImage(swap ? h : w, swap ? w : h);
        // Strides of the target for a step along the encoded x and y.
        var (start, stepX, stepY) = Steps(orientation, w, h);
        int blockX = Math.Min(shrink, width), blockY = Math.Min(shrink, height);
        fixed (byte* sourcePointer = rgba, targetPointer = image.Pixels)
        {
            nint source = (nint)sourcePointer, target = (nint)targetPointer;
            Parallel.For(0, h, y =>
            {
                byte* from = (byte*)source + (long)y * shrink * rowBytes;
                byte* to = (byte*)target + 3 * (start + (long)y * stepY);
                for (int x = 0; x < w; x++, to += 3L * stepX)
                {
                    if (blockX == 1 && blockY == 1)
                        OnWhite(to, from[4 * x], from[4 * x + 1], from[4 * x + 2], from[4 * x + 3]);
                    else
                        Average(to, from + 4L * x * shrink, rowBytes, blockX, blockY);
                }
            });
        }

        return image;
    }

    private static unsafe void Average(byte* to, byte* from, int rowBytes, int blockX, int blockY)
    {
        int r = 0, g = 0, b = 0, a = 0, n = blockX * blockY;
        for (int y = 0; y < blockY; y++)
        {
            byte* p = from + (long)y * rowBytes;
            for (int x = 0; x < blockX; x++, p += 4)
            {
                r += p[0];
                g += p[1];
                b += p[2];
                a += p[3];
            }
        }

        OnWhite(to, (r + n / 2) / n, (g + n / 2) / n, (b + n / 2) / n, (a + n / 2) / n);
    }

    private static unsafe void OnWhite(byte* to, int r, int g, int b, int a)
    {
        int white = 255 - a;
        to[0] = (byte)Math.Min(255, r + white);
        to[1] = (byte)Math.Min(255, g + white);
        to[2] = (byte)Math.Min(255, b + white);
    }

    // In pixels of the upright image, whose width is h when the orientation swaps the axes (EXIF 2.32, tag 0x0112).
    private static (long Start, long StepX, long StepY) Steps(int orientation, int w, int h) => orientation switch
    {
        2 => (w - 1, -1, w),
        3 => ((long)w * h - 1, -1, -w),
        4 => ((long)(h - 1) * w, 1, -w),
        5 => (0, h, 1),
        6 => (h - 1, h, -1),
        7 => ((long)w * h - 1, -h, -1),
        8 => ((long)(w - 1) * h, -h, 1),
        _ => (0, 1, w),
    };
}
