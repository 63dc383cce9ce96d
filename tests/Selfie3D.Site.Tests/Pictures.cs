using SkiaSharp;

namespace Selfie3D.Site.Tests;

/// <summary>Pictures that tests put in.</summary>
internal static class Pictures
{
    /// <summary>A camera's video (Motion JPEG) of one photo.</summary>
    public static byte[] CameraVideo(string photo)
    {
        using var whole = SKBitmap.Decode(photo);
        using var small = new SKBitmap(480, 600);
        whole.ScalePixels(small, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        byte[] frame = small.Encode(SKEncodedImageFormat.Jpeg, 92).ToArray();
        return [.. Enumerable.Repeat(frame, 6).SelectMany(bytes => bytes)];
    }

    /// <summary>A photo of nobody: a soft gradient.</summary>
    public static byte[] Nobody()
    {
        using var picture = new SKBitmap(640, 800);
        for (int y = 0; y < picture.Height; y++)
        {
            for (int x = 0; x < picture.Width; x++)
                picture.SetPixel(x, y, new SKColor((byte)(90 + x / 8), (byte)(120 + y / 10), 170));
        }

        return picture.Encode(SKEncodedImageFormat.Jpeg, 90).ToArray();
    }

    /// <summary>A file that begins as an iPhone's photo and is none.</summary>
    public static byte[] FakeHeic(int length)
    {
        var bytes = new byte[length];
        "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"u8.CopyTo(bytes);
        return bytes;
    }
}

/// <summary>A screenshot and what can be said of it.</summary>
public sealed class Picture(SKBitmap pixels)
{
    /// <summary>Share of the pixels that are not the stage's ground, which is known from the corners' brightness.</summary>
    public double Covered => Share(color => !IsGround(color));

    /// <summary>Share of the pixels that have the warm colours of skin, hair or lips.</summary>
    public double Warm => Share(color => color.Red > color.Blue + 12 && color.Red >= color.Green);

    /// <summary>Different colours, in steps of 8.</summary>
    public int Colors => Enumerable.Range(0, pixels.Width * pixels.Height).Select(k => At(k)).Select(color => (color.Red >> 3, color.Green >> 3, color.Blue >> 3)).Distinct().Count();

    /// <summary>Share of the pixels that differ from another picture of the same size.</summary>
    public double Differs(Picture other)
    {
        Assert.Equal((pixels.Width, pixels.Height), other.Size);
        int different = 0;
        for (int k = 0; k < pixels.Width * pixels.Height; k++)
        {
            var (a, b) = (At(k), other.At(k));
            if (Math.Abs(a.Red - b.Red) + Math.Abs(a.Green - b.Green) + Math.Abs(a.Blue - b.Blue) > 24)
                different++;
        }

        return (double)different / (pixels.Width * pixels.Height);
    }

    public (int Width, int Height) Size => (pixels.Width, pixels.Height);

    /// <summary>A textured head fills the middle.</summary>
    public void ShowsAHead()
    {
        Assert.True(Covered > 0.1, $"covered {Covered:F3}");
        Assert.True(Warm > 0.08, $"warm {Warm:F3}");
        Assert.True(Colors > 300, $"colours {Colors}");
    }

    private SKColor At(int k) => pixels.GetPixel(k % pixels.Width, k / pixels.Width);

    private double Share(Func<SKColor, bool> matches)
    {
        int count = 0, all = pixels.Width * pixels.Height;
        for (int k = 0; k < all; k++)
        {
            if (matches(At(k)))
                count++;
        }

        return (double)count / all;
    }

    // The stage is a pale or dark violet gray in every corner.
    private static bool IsGround(SKColor color) => color.Blue >= color.Red && Math.Abs(color.Red - color.Green) < 8 && color.Blue - color.Red < 24;
}
