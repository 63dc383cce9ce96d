using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>Finds the part of an image that is a photo, without bars of one colour along its edges.</summary>
internal static class PhotoContent
{
    // Compression leaves this much in a bar that was one colour.
    private const int Tolerance = 10;
    // It also rings beyond the bar, up to half a block.
    private const int Fringe = 4;

    /// <summary>The part inside such bars, [Left, Right) x [Top, Bottom); the whole image where all of it is one colour.</summary>
    public static (int Left, int Top, int Right, int Bottom) Bounds(RgbImage image)
    {
        int left = 0, top = 0, right = image.Width, bottom = image.Height;
        while (top < bottom && IsBar(image, 3 * top * image.Width, 3, image.Width)) top++;
        if (top == bottom) return (0, 0, image.Width, image.Height);
        while (IsBar(image, 3 * (bottom - 1) * image.Width, 3, image.Width)) bottom--;
        while (IsBar(image, 3 * left, 3 * image.Width, image.Height)) left++;
        while (IsBar(image, 3 * (right - 1), 3 * image.Width, image.Height)) right--;
        if (left > 0) left = Math.Min(left + Fringe, right - 1);
        if (top > 0) top = Math.Min(top + Fringe, bottom - 1);
        if (right < image.Width) right = Math.Max(right - Fringe, left + 1);
        if (bottom < image.Height) bottom = Math.Max(bottom - Fringe, top + 1);
        return (left, top, right, bottom);
    }

    private static bool IsBar(RgbImage image, int start, int step, int count)
    {
        var pixels = image.Pixels;
        for (int k = 1, at = start + step; k < count; k++, at += step)
            for (var c = 0; c < 3; c++)
                if (Math.Abs(pixels[at + c] - pixels[start + c]) > Tolerance) return false;
        return true;
    }
}
