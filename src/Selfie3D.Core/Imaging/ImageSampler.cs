using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Imaging;

/// <summary>Resamples parts of an image to the planar float tensors that the networks take.</summary>
public static class ImageSampler
{
    // Taps per axis and output pixel. A bilinear tap covers two image pixels, so this is exact up to 16-fold shrinking;
    // beyond, a crop of more than 2000 pixels is smooth anyway.
    private const int MaxTaps = 8;

    // Fixed-point weights of a tap: 256ths along each axis.
    private const int One = 256;

    /// <summary>Samples a head crop; area-filtered when it shrinks, bilinear when it enlarges, black outside the image.</summary>
    /// <param name="image">The image that the crop lies in.</param>
    /// <param name="crop">In pixels of <paramref name="image"/>.</param>
    /// <param name="size">Side of the result, S pixels.</param>
    /// <param name="planes">3 * S * S values, [rgb, y, x], 0..1.</param>
    public static void SampleCrop(RgbImage image, HeadCrop crop, int size, Span<float> planes)
    {
        var origin = crop.CropToPhoto(Vector2.Zero);
        Sample(image, origin, (crop.CropToPhoto(Vector2.UnitX) - origin) / size, (crop.CropToPhoto(Vector2.UnitY) - origin) / size,
            size, size, outside: 0, planes);
    }

    /// <summary>Samples a parallelogram of an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="origin">Image coordinates of the result's top left corner (pixel centres lie at +0.5).</param>
    /// <param name="stepX">Image pixels for one result pixel to the right.</param>
    /// <param name="stepY">Image pixels for one result pixel down.</param>
    /// <param name="width">Width of the result.</param>
    /// <param name="height">Height of the result.</param>
    /// <param name="outside">Value outside the image, 0..1.</param>
    /// <param name="planes">3 * height * width values, [rgb, y, x], 0..1.</param>
    public static unsafe void Sample(
        RgbImage image, Vector2 origin, Vector2 stepX, Vector2 stepY, int width, int height, float outside, Span<float> planes)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (planes.Length != 3 * width * height)
            throw new ArgumentException($"{planes.Length} values for [3, {height}, {width}].", nameof(planes));
        int taps = Math.Clamp((int)MathF.Ceiling(MathF.Max(stepX.Length(), stepY.Length()) / 2 - 0.01f), 1, MaxTaps);
        uint outsideSum = (uint)MathF.Round(outside * 255 * One * One);
        float unit = 1f / (255f * One * One * taps * taps);
        fixed (float* planesPointer = planes)
        fixed (byte* pixelsPointer = image.Pixels)
        {
            nint target = (nint)planesPointer, pixels = (nint)pixelsPointer;
            Parallel.For(0, height, y =>
            {
                float* row = (float*)target + (long)y * width;
                for (int x = 0; x < width; x++)
                {
                    ulong red = 0, green = 0, blue = 0;
                    for (int v = 0; v < taps; v++)
                    {
                        var rowPoint = origin + (y + (v + 0.5f) / taps) * stepY;
                        for (int u = 0; u < taps; u++)
                        {
                            var (r, g, b) = Tap((byte*)pixels, image.Width, image.Height, rowPoint + (x + (u + 0.5f) / taps) * stepX, outsideSum);
                            red += r;
                            green += g;
                            blue += b;
                        }
                    }

                    row[x] = red * unit;
                    row[x + width * height] = green * unit;
                    row[x + 2 * width * height] = blue * unit;
                }
            });
        }
    }

    // One bilinear tap, 65536 times the 8-bit value.
    private static unsafe (uint Red, uint Green, uint Blue) Tap(byte* pixels, int width, int height, Vector2 point, uint outside)
    {
        // Also false for NaN.
        if (!(point.X >= 0 && point.Y >= 0 && point.X < width && point.Y < height))
            return (outside, outside, outside);
        float x = Math.Clamp(point.X - 0.5f, 0, width - 1), y = Math.Clamp(point.Y - 0.5f, 0, height - 1);
        // Within the image nothing has to be asked for numbers that an integer cannot hold.
        int left = float.ConvertToIntegerNative<int>(x), top = float.ConvertToIntegerNative<int>(y);
        uint fx = (uint)float.ConvertToIntegerNative<int>((x - left) * One + 0.5f), fy = (uint)float.ConvertToIntegerNative<int>((y - top) * One + 0.5f);
        uint w11 = fx * fy, w10 = fx * One - w11, w01 = fy * One - w11, w00 = (One * One) - w11 - w10 - w01; // w[xy]
        byte* above = pixels + 3L * ((long)top * width + left);
        byte* below = top + 1 < height ? above + 3L * width : above;
        int right = left + 1 < width ? 3 : 0;
        return (
            w00 * above[0] + w10 * above[right] + w01 * below[0] + w11 * below[right],
            w00 * above[1] + w10 * above[right + 1] + w01 * below[1] + w11 * below[right + 1],
            w00 * above[2] + w10 * above[right + 2] + w01 * below[2] + w11 * below[right + 2]);
    }
}
