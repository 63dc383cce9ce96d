using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Imaging;

/// <summary>Resamples parts of an image to the planar float tensors that the networks take.</summary>
public static class ImageSampler
{
    // Taps per axis and output pixel; more only matters for crops beyond 8 * 128 = 1024 pixels, which are smooth anyway.
    private const int MaxTaps = 8;

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
        int taps = Math.Clamp((int)MathF.Ceiling(MathF.Max(stepX.Length(), stepY.Length()) - 0.01f), 1, MaxTaps);
        fixed (float* planesPointer = planes)
        {
            nint target = (nint)planesPointer;
            Parallel.For(0, height, y =>
            {
                float* row = (float*)target + (long)y * width;
                for (int x = 0; x < width; x++)
                {
                    var color = Vector3.Zero;
                    for (int v = 0; v < taps; v++)
                    {
                        var rowPoint = origin + (y + (v + 0.5f) / taps) * stepY;
                        for (int u = 0; u < taps; u++)
                            color += Bilinear(image, rowPoint + (x + (u + 0.5f) / taps) * stepX, outside);
                    }

                    color *= 1f / (taps * taps);
                    row[x] = color.X;
                    row[x + width * height] = color.Y;
                    row[x + 2 * width * height] = color.Z;
                }
            });
        }
    }

    private static Vector3 Bilinear(RgbImage image, Vector2 point, float outside)
    {
        // Also false for NaN.
        if (!(point.X >= 0 && point.Y >= 0 && point.X < image.Width && point.Y < image.Height))
            return new Vector3(outside);
        float x = Math.Clamp(point.X - 0.5f, 0, image.Width - 1), y = Math.Clamp(point.Y - 0.5f, 0, image.Height - 1);
        int left = (int)x, top = (int)y;
        int right = Math.Min(left + 1, image.Width - 1), bottom = Math.Min(top + 1, image.Height - 1);
        float fx = x - left, fy = y - top;
        int row0 = top * image.Width, row1 = bottom * image.Width;
        var above = Vector3.Lerp(Pixel(image, row0 + left), Pixel(image, row0 + right), fx);
        var below = Vector3.Lerp(Pixel(image, row1 + left), Pixel(image, row1 + right), fx);
        return Vector3.Lerp(above, below, fy) * (1f / 255);
    }

    private static Vector3 Pixel(RgbImage image, int index)
    {
        var pixels = image.Pixels;
        return new Vector3(pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2]);
    }
}
