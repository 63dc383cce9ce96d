using System.IO.Compression;
using Selfie3D.Service.Uploads;
using SkiaSharp;

namespace Selfie3D.Service.Tests.Uploads;

public sealed class UploadCheckTests
{
    public static TheoryData<string, byte[]> NoPhotos => new()
    {
        { "zip", Zip("a.txt") },
        { "svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() },
        { "html", "<!doctype html><p>Hello, I am a photo.jpg"u8.ToArray() },
        { "pdf", "%PDF-1.7 and so on and on"u8.ToArray() },
        { "gif", "GIF89a..............."u8.ToArray() },
        { "text", "no image at all"u8.ToArray() },
        { "short", [0xFF, 0xD8] },
    };

    [Theory, MemberData(nameof(NoPhotos))]
    public void Whole_NoPhoto_IsRefused(string name, byte[] file)
    {
        Assert.NotEmpty(name);
        Assert.Equal(ErrorCodes.UnreadableImage, Assert.Throws<SelfieException>(() => UploadCheck.Whole(file)).Code);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg)]
    [InlineData(SKEncodedImageFormat.Png)]
    [InlineData(SKEncodedImageFormat.Webp)]
    public void Whole_PhotoAndSomethingElse_IsRefused(SKEncodedImageFormat format)
    {
        byte[] photo = TestPhoto.Disc(format);
        UploadCheck.Whole(photo);
        foreach (byte[] behind in new[] { Zip("a.txt"), "<html><script>alert(1)</script>"u8.ToArray(), "%PDF-1.4"u8.ToArray(), "<svg onload=x>"u8.ToArray() })
            Assert.Equal(ErrorCodes.UnreadableImage, Assert.Throws<SelfieException>(() => UploadCheck.Whole([.. photo, .. behind])).Code);
    }

    [Fact]
    public void Whole_ScriptInJpegComment_IsRefused()
    {
        byte[] comment = "<script src=//evil></script>"u8.ToArray(), photo = TestPhoto.Disc();
        byte[] polyglot = [.. photo[..2], 0xFF, 0xFE, 0, (byte)(comment.Length + 2), .. comment, .. photo[2..]];
        Assert.Contains("web page", Assert.Throws<SelfieException>(() => UploadCheck.Whole(polyglot)).Message);
    }

    [Fact]
    public void Whole_MotionPhotoAndGainMap_AreAccepted()
    {
        byte[] photo = TestPhoto.Disc(), film = [0, 0, 0, 24, .. "ftypmp42"u8, .. new byte[5000]];
        UploadCheck.Whole([.. photo, .. film]);
        UploadCheck.Whole([.. photo, .. photo]);
        UploadCheck.Whole([.. photo, .. new byte[100]]);
    }

    [Fact]
    public void Whole_AnyCutOrFlippedPhoto_NeverThrowsAnythingElse()
    {
        var random = new Random(7);
        foreach (var format in new[] { SKEncodedImageFormat.Jpeg, SKEncodedImageFormat.Png, SKEncodedImageFormat.Webp })
        {
            byte[] photo = TestPhoto.Disc(format);
            for (int round = 0; round < 2000; round++)
            {
                byte[] bent = photo[..random.Next(photo.Length)];
                for (int flip = 0; flip < 5 && bent.Length > 0; flip++)
                    bent[random.Next(Math.Min(bent.Length, 200))] = (byte)random.Next(256);
                try
                {
                    UploadCheck.Whole(bent);
                }
                catch (SelfieException)
                {
                }
            }
        }
    }

    [Fact]
    public void Length_EmptyOrAboveTheLimit_IsRefused()
    {
        UploadCheck.Length(10, 10);
        Assert.Equal(ErrorCodes.UnreadableImage, Assert.Throws<SelfieException>(() => UploadCheck.Length(0, 10)).Code);
        Assert.Equal(ErrorCodes.ImageTooLarge, Assert.Throws<SelfieException>(() => UploadCheck.Length(11, 10)).Code);
    }

    internal static byte[] Zip(string name)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry(name).Open())
            entry.Write("content"u8);
        return stream.ToArray();
    }
}
