using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>Finds the part of an image that is a photo, without bars of one colour along its edges.</summary>
internal static class PhotoContent
{
    // Compression leaves this much in a bar that was one colour,
    private const int Tolerance = 10;
    // and this much within the block of its colours that the photo shares with the bar.
    private const int MixedTolerance = 40, ColorBlock = 16;
    // It also rings beyond the bar, up to half a block.
    private const int Fringe = 4;

    /// <summary>The part inside such bars, [Left, Right) x [Top, Bottom); the whole image where all of it is one colour.</summary>
    public static (int Left, int Top, int Right, int Bottom) Bounds(RgbImage image)
    {
        int left = 0, top = 0, right = image.Width, bottom = image.Height;
        while (top < bottom && IsRow(top, top, Tolerance)) top++;
        if (top == bottom) return (0, 0, image.Width, image.Height);
        while (IsRow(bottom - 1, bottom - 1, Tolerance)) bottom--;
        while (IsColumn(left, left, Tolerance)) left++;
        while (IsColumn(right - 1, right - 1, Tolerance)) right--;
        if (left > 0) left = Math.Min(left + Mixed(k => IsColumn(left + k, 0, MixedTolerance)) + Fringe, right - 1);
        if (top > 0) top = Math.Min(top + Mixed(k => IsRow(top + k, 0, MixedTolerance)) + Fringe, bottom - 1);
        if (right < image.Width) right = Math.Max(right - Mixed(k => IsColumn(right - 1 - k, image.Width - 1, MixedTolerance)) - Fringe, left + 1);
        if (bottom < image.Height) bottom = Math.Max(bottom - Mixed(k => IsRow(bottom - 1 - k, image.Height - 1, MixedTolerance)) - Fringe, top + 1);
        return (left, top, right, bottom);

        bool IsRow(int y, int like, int tolerance) =>
            (uint)y < (uint)image.Height && IsLike(image, 3 * y * image.Width, 3, image.Width, 3 * like * image.Width, tolerance);
        bool IsColumn(int x, int like, int tolerance) =>
            (uint)x < (uint)image.Width && IsLike(image, 3 * x, 3 * image.Width, image.Height, 3 * like, tolerance);
    }

    // How many of the next lines still are nearly of the bar's colour.
    private static int Mixed(Func<int, bool> isBar)
    {
        var count = 0;
        while (count < ColorBlock && isBar(count)) count++;
        return count;
    }

    // Whether all pixels of a line are of the colour of the one at "like".
    private static bool IsLike(RgbImage image, int start, int step, int count, int like, int tolerance)
    {
        var pixels = image.Pixels;
        for (int k = 0, at = start; k < count; k++, at += step)
            for (var c = 0; c < 3; c++)
                if (Math.Abs(pixels[at + c] - pixels[like + c]) > tolerance) return false;
        return true;
    }
}
