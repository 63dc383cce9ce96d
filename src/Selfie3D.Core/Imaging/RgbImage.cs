namespace Selfie3D.Imaging;

/// <summary>An upright 8-bit sRGB image.</summary>
public sealed class RgbImage
{
    /// <summary>Makes a black image.</summary>
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(3 * width * height)])
    {
    }

    /// <summary>Wraps pixels without copying them.</summary>
    /// <exception cref="ArgumentException">The array is not 3 * width * height long.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != checked(3 * width * height))
            throw new ArgumentException($"{pixels.Length} bytes for {width} x {height} RGB pixels.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels from left to right.</summary>
    public int Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public int Height { get; }

    /// <summary>[y, x, rgb], interleaved, 3 * Width * Height bytes.</summary>
    public byte[] Pixels { get; }
}
