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

    /// <summary>A photo as iPhones write it, made of another one; skips the test where the encoder is missing.</summary>
    public static async Task<byte[]> HeicAsync(string photo)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/heif-enc"), "heif-enc is missing: apt-get install libheif-examples.");
        string file = Path.Combine(Directory.CreateTempSubdirectory("selfie3d-heic-").FullName, "photo.heic");
        var (code, output) = await SiteFixture.RunAsync("heif-enc", "-q", "85", "-o", file, photo);
        Assert.True(code == 0, output);
        byte[] heic = await File.ReadAllBytesAsync(file);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        return heic;
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
public sealed class Picture(SKBitmap picture)
{
    private readonly SKColor[] _pixels = picture.Pixels;

    /// <summary>Share of the pixels that are not the stage's ground, which is known from the corners' brightness.</summary>
    public double Covered => Share(color => !IsGround(color));

    /// <summary>Share of the pixels that have the warm colours of skin, hair or lips.</summary>
    public double Warm => Share(color => color.Red > color.Blue + 12 && color.Red >= color.Green);

    /// <summary>Different colours, in steps of 8.</summary>
    public int Colors => _pixels.Select(color => (color.Red >> 3, color.Green >> 3, color.Blue >> 3)).Distinct().Count();

    /// <summary>Share of the pixels that differ from another picture of the same size.</summary>
    public double Differs(Picture other)
    {
        Assert.Equal(Size, other.Size);
        int different = _pixels.Zip(other._pixels).Count(pair =>
            Math.Abs(pair.First.Red - pair.Second.Red) + Math.Abs(pair.First.Green - pair.Second.Green) + Math.Abs(pair.First.Blue - pair.Second.Blue) > 24);
        return (double)different / _pixels.Length;
    }

    public (int Width, int Height) Size => (picture.Width, picture.Height);

    /// <summary>A textured head fills the middle.</summary>
    public void ShowsAHead()
    {
        Assert.True(Covered > 0.1, $"covered {Covered:F3}");
        Assert.True(Warm > 0.08, $"warm {Warm:F3}");
        Assert.True(Colors > 300, $"colours {Colors}");
    }

    private double Share(Func<SKColor, bool> matches) => (double)_pixels.Count(matches) / _pixels.Length;

    // The stage is a pale or dark violet gray in every corner.
    private static bool IsGround(SKColor color) => color.Blue >= color.Red && Math.Abs(color.Red - color.Green) < 8 && color.Blue - color.Red < 24;
}
