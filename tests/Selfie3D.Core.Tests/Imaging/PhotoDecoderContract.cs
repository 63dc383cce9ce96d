using System.Text;
using ImageMagick;
using Selfie3D.Imaging;
using SkiaSharp;

namespace Selfie3D.Tests.Imaging;

/// <summary>What every decoder of photos has to do; the one of the core and the one on ImageSharp both pass it.</summary>
public abstract class PhotoDecoderContract
{
    /// <summary>Decodes with the decoder under test.</summary>
    protected abstract Photo Decode(ReadOnlyMemory<byte> bytes, PhotoDecoderOptions? options = null);

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_CommonFormats_GivesTheQuartersColors(SKEncodedImageFormat format)
    {
        var photo = Decode(TestPhotos.Quarters(80, 48, format));

        Assert.Equal((80, 48), (photo.Width, photo.Height));
        Assert.Equal((80, 48), (photo.Image.Width, photo.Image.Height));
        AssertQuarters(photo.Image, "RGBW");
    }

    [Fact]
    public void Decode_Heic_GivesTheQuartersColors()
    {
        var photo = Decode(File.ReadAllBytes(Fixtures.Path("quarters-80x48.heic")));

        Assert.Equal((80, 48), (photo.Width, photo.Height));
        AssertQuarters(photo.Image, "RGBW");
    }

    // Letters: colours of the upper left, upper right, lower left and lower right quarter after turning upright.
    [Theory]
    [InlineData(1, "RGBW", 80, 48)]
    [InlineData(2, "GRWB", 80, 48)]
    [InlineData(3, "WBGR", 80, 48)]
    [InlineData(4, "BWRG", 80, 48)]
    [InlineData(5, "RBGW", 48, 80)]
    [InlineData(6, "BRWG", 48, 80)]
    [InlineData(7, "WGBR", 48, 80)]
    [InlineData(8, "GWRB", 48, 80)]
    public void Decode_ExifOrientation_IsApplied(ushort orientation, string quarters, int width, int height)
    {
        var photo = Decode(TestPhotos.WithOrientation(TestPhotos.Quarters(80, 48, SKEncodedImageFormat.Jpeg), orientation));

        Assert.Equal((width, height), (photo.Width, photo.Height));
        AssertQuarters(photo.Image, quarters);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Decode_LargePhoto_ShrinksAndKeepsTheOriginalSize(SKEncodedImageFormat format)
    {
        var photo = Decode(TestPhotos.Quarters(803, 481, format), new PhotoDecoderOptions { TargetLongSide = 200 });

        Assert.Equal((803, 481), (photo.Width, photo.Height));
        Assert.InRange(photo.Image.Width, 200, 201);
        Assert.InRange(photo.Image.Height, 120, 121);
        Assert.Equal(0.25f, photo.Scale, 0.002f);
        AssertQuarters(photo.Image, "RGBW");
    }

    [Fact]
    public void Decode_LargeRotatedPng_ShrinksUpright()
    {
        byte[] png = TestPhotos.WithPngOrientation(TestPhotos.Quarters(800, 480, SKEncodedImageFormat.Png), 6);

        var photo = Decode(png, new PhotoDecoderOptions { TargetLongSide = 200 });

        Assert.Equal((480, 800), (photo.Width, photo.Height));
        Assert.Equal((120, 200), (photo.Image.Width, photo.Image.Height));
        AssertQuarters(photo.Image, "BRWG");
    }

    [Fact]
    public void Decode_TransparentPng_LiesOnWhite()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(40, 40, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        bitmap.Erase(new SKColor(255, 0, 0, 128));

        var image = Decode(TestPhotos.Encode(bitmap, SKEncodedImageFormat.Png)).Image;

        Assert.Equal([255, 127, 127], image.Pixels.AsSpan(0, 3).ToArray());
    }

    [Fact]
    public void Decode_CmykJpeg_GivesItsColors()
    {
        using var image = new MagickImage(TestPhotos.Quarters(80, 48, SKEncodedImageFormat.Png)) { ColorSpace = ColorSpace.CMYK };

        AssertQuarters(Decode(image.ToByteArray(MagickFormat.Jpeg)).Image, "RGBW");
    }

    [Theory]
    [InlineData(MagickFormat.Jpeg)]
    [InlineData(MagickFormat.Png)]
    public void Decode_Grey_GivesGrey(MagickFormat format)
    {
        using var image = new MagickImage(new MagickColor(90, 90, 90), 40, 40) { ColorType = ColorType.Grayscale };

        var pixels = Decode(image.ToByteArray(format)).Image.Pixels;

        Assert.All(pixels, value => Assert.InRange(value, 88, 92));
    }

    [Fact]
    public void Decode_SixteenBitPng_KeepsTheUpperBits()
    {
        byte[] png = TestPhotos.SixteenBitPng(40, 30, 0xC8FF, 0x64FF, 0x32FF);

        var image = Decode(png).Image;

        Assert.InRange(image.Pixels[0], 199, 201);
        Assert.InRange(image.Pixels[1], 99, 101);
        Assert.InRange(image.Pixels[2], 49, 51);
    }

    [Fact]
    public void Decode_WideGamutProfile_IsBroughtToSrgb()
    {
        // A photo from a telephone: Display P3. Its pure red lies outside sRGB, its half red is more saturated there.
        using var p3 = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        using var bitmap = new SKBitmap(new SKImageInfo(40, 40, SKColorType.Rgba8888, SKAlphaType.Opaque, p3));
        var span = bitmap.GetPixelSpan();
        for (int i = 0; i < span.Length; i += 4)
            (span[i], span[i + 1], span[i + 2], span[i + 3]) = (180, 80, 80, 255);

        var image = Decode(TestPhotos.Encode(bitmap, SKEncodedImageFormat.Png)).Image;

        Assert.InRange(image.Pixels[0], 190, 205);
        Assert.InRange(image.Pixels[1], 60, 78);
    }

    [Fact]
    public void Decode_Animation_GivesTheFirstFrame()
    {
        using var frames = new MagickImageCollection
        {
            new MagickImage(new MagickColor(220, 40, 40), 40, 40) { AnimationDelay = 10 },
            new MagickImage(new MagickColor(40, 40, 220), 40, 40) { AnimationDelay = 10 },
        };

        var image = Decode(frames.ToByteArray(MagickFormat.WebP)).Image;

        Assert.InRange(image.Pixels[0], 210, 230);
        Assert.InRange(image.Pixels[2], 30, 60);
    }

    [Theory]
    [InlineData(60000, 60000)]
    [InlineData(10000, 5001)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Decode_HugePngHeader_IsRefusedBeforeDecoding(int width, int height)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<SelfieException>(() => Decode(TestPhotos.PngHeader(width, height)));

        Assert.Equal(ErrorCodes.ImageTooLarge, error.Code);
        Assert.Contains($"{width} x {height}", error.Message);
        Assert.Contains("50 megapixels", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Decode_HugeJpegHeader_IsRefusedBeforeDecoding()
    {
        byte[] jpeg = TestPhotos.Quarters(64, 64, SKEncodedImageFormat.Jpeg);
        int frame = TestPhotos.FindMarker(jpeg, 0xC0); // height and width follow length (2) and precision (1)
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) = (0xEA, 0x60, 0xEA, 0x60);

        Assert.Equal(ErrorCodes.ImageTooLarge, Assert.Throws<SelfieException>(() => Decode(jpeg)).Code);
    }

    [Fact]
    public void Decode_TooManyBytes_IsRefused()
    {
        var error = Assert.Throws<SelfieException>(() => Decode(TestPhotos.Quarters(80, 48, SKEncodedImageFormat.Png), new PhotoDecoderOptions { MaxBytes = 100 }));

        Assert.Equal(ErrorCodes.ImageTooLarge, error.Code);
    }

    public static TheoryData<string, byte[], string> NotPhotos => new()
    {
        { "empty", [], "empty (0 bytes)" },
        { "one byte", [0xFF], "not an image" },
        { "text", "hello, this is a text"u8.ToArray(), "not an image" },
        { "zip", [0x50, 0x4B, 3, 4, 20, 0, 0, 0, 8, 0], "zip" },
        { "svg", "<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"/>"u8.ToArray(), "SVG" },
        { "html", Encoding.UTF8.GetBytes("\uFEFF<!DOCTYPE html><html><body>Not found</body></html>"), "web page" },
        { "gif", "GIF89a\u0001\0\u0001\0\0\0\0;"u8.ToArray(), "GIF" },
        { "bmp", "BM00000000000000"u8.ToArray(), "BMP" },
        { "pdf", "%PDF-1.7"u8.ToArray(), "PDF" },
        { "tiff", "II*\0abcd"u8.ToArray(), "TIFF" },
        { "video", [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[12]], "video" },
        { "avif", [0, 0, 0, 24, .. "ftypavif"u8, .. new byte[12]], "AVIF" },
        { "png signature only", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "damaged" },
        { "jpeg signature only", [0xFF, 0xD8, 0xFF, 0xE0], "damaged" },
        { "webp signature only", [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBP"u8], "damaged" },
        { "heic signature only", [0, 0, 0, 24, .. "ftypheic"u8, .. new byte[12]], "damaged" },
    };

    [Theory]
    [MemberData(nameof(NotPhotos))]
    public void Decode_NotAPhoto_SaysWhatItIs(string name, byte[] bytes, string words)
    {
        var error = Assert.Throws<SelfieException>(() => Decode(bytes));

        Assert.Equal(ErrorCodes.UnreadableImage, error.Code);
        Assert.Contains(words, error.Message);
        Assert.NotEmpty(name);
    }

    [Theory]
    [InlineData("baseline", 0.95)]
    [InlineData("baseline", 0.3)]
    [InlineData("progressive", 0.95)]
    [InlineData("progressive", 0.5)]
    [InlineData("progressive", 0.1)]
    [InlineData("png", 0.5)]
    [InlineData("webp", 0.5)]
    public void Decode_Truncated_IsRefused(string kind, double share)
    {
        byte[] bytes = TestPhotos.Noise(400, 300, kind);

        var error = Assert.Throws<SelfieException>(() => Decode(bytes.AsMemory(0, (int)(share * bytes.Length))));

        Assert.Equal(ErrorCodes.UnreadableImage, error.Code);
    }

    [Theory]
    [InlineData("baseline")]
    [InlineData("progressive")]
    public void Decode_BytesAfterTheEnd_AreIgnored(string kind)
    {
        // Telephones append depth maps and short films.
        byte[] bytes = [.. TestPhotos.Noise(400, 300, kind), .. new byte[1000]];

        Assert.Equal(400, Decode(bytes).Width);
    }

    [Fact]
    public void Decode_RandomDamage_NeverThrowsAnythingElse()
    {
        var random = new Random(5);
        foreach (string kind in new[] { "baseline", "progressive", "png", "webp", "heic" })
        {
            byte[] whole = kind == "heic" ? File.ReadAllBytes(Fixtures.Path("quarters-80x48.heic")) : TestPhotos.Noise(120, 90, kind);
            for (int i = 0; i < 40; i++)
            {
                byte[] bytes = [.. whole];
                for (int k = 0; k < 8; k++)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                try
                {
                    var photo = Decode(bytes);
                    Assert.Equal(3 * photo.Image.Width * photo.Image.Height, photo.Image.Pixels.Length);
                }
                catch (SelfieException)
                {
                    // refused in words: what is wanted
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3000)]
    [InlineData(3000, 1)]
    public void Decode_ExtremeShapes_Work(int width, int height)
    {
        foreach (var format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            var photo = Decode(TestPhotos.Quarters(width, height, format), new PhotoDecoderOptions { TargetLongSide = 500 });
            Assert.Equal((width, height), (photo.Width, photo.Height));
        }
    }

    private static void AssertQuarters(RgbImage image, string letters)
    {
        for (int i = 0; i < 4; i++)
        {
            int x = (2 * (i % 2) + 1) * image.Width / 4, y = (2 * (i / 2) + 1) * image.Height / 4;
            var found = image.Pixels.AsSpan(3 * (y * image.Width + x), 3);
            var expected = TestPhotos.ColorOf(letters[i]);
            Assert.InRange(found[0], expected.Red - 14, expected.Red + 14);
            Assert.InRange(found[1], expected.Green - 14, expected.Green + 14);
            Assert.InRange(found[2], expected.Blue - 14, expected.Blue + 14);
        }
    }
}
