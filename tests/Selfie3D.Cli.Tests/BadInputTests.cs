namespace Selfie3D.Cli.Tests;

/// <summary>Bad input: clear words, the right exit code, nothing half-written.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[], int, string> BadFiles => new()
    {
        { "empty.jpg", [], 4, "empty" },
        { "text.jpg", "this is no photo"u8.ToArray(), 4, "not an image" },
        { "archive.jpg", [0x50, 0x4B, 3, 4, 0, 0, 0, 0, 0, 0], 4, "zip" },
        { "drawing.png", "<svg xmlns='http://www.w3.org/2000/svg'></svg>"u8.ToArray(), 4, "SVG" },
        { "huge.png", HugePng(), 4, "60000 x 60000" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void BadFile_IsNamed_AndNothingIsWritten(string name, byte[] bytes, int exitCode, string words)
    {
        string photo = _folder.Write(name, bytes);

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(name, result.Errors);
        Assert.Contains(words, result.Errors);
        Assert.Empty(result.Output);
        Assert.Empty(_folder.Files("out"));
    }

    [Fact]
    public void TruncatedPhoto_EndsWithFour()
    {
        byte[] bytes = File.ReadAllBytes(_folder.WritePhoto("whole.jpg", discs: (300, 220, 120)));
        string photo = _folder.Write("half.jpg", bytes[..(bytes.Length / 2)]);

        var result = Command.Reconstruct(photo, "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("its end is missing", result.Errors);
        Assert.Empty(_folder.Files("out"));
    }

    [Fact]
    public void NoFace_EndsWithThree()
    {
        var result = Command.Reconstruct(_folder.WritePhoto("wall.jpg"), "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("No face", result.Errors);
        Assert.Empty(_folder.Files("out"));
    }

    [Fact]
    public void FaceOfTwentyPixels_EndsWithThree()
    {
        var result = Command.Reconstruct(_folder.WritePhoto("far.jpg", discs: (300, 220, 20)), "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("pixels wide; at least 30", result.Errors);
        Assert.Empty(_folder.Files("out"));
    }

    [Fact]
    public void MissingFile_EndsWithFour()
    {
        var result = Command.Reconstruct(_folder.Path("nothing.jpg"), "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(4, result.ExitCode);
        Assert.Contains("no such file", result.Errors);
    }

    [Fact]
    public void EmptyFolder_IsAUsageError()
    {
        Directory.CreateDirectory(_folder.Path("in"));

        var result = Command.Reconstruct(_folder.Path("in"), "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("has no photos", result.Errors);
    }

    [Fact]
    public void UnwritableOutputFolder_IsNamed()
    {
        // A file stands in the way: that stops root, too.
        _folder.Write("file", [1]);

        var result = Command.Reconstruct(_folder.WritePhoto("a.jpg", discs: (300, 220, 120)), "--out", _folder.Path("file/out")).WithoutStackTrace();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("cannot be written to", result.Errors);
        Assert.Contains("--out", result.Errors);
    }

    [Fact]
    public void ResultBlockedByAFolder_LeavesNothingHalfWritten()
    {
        Directory.CreateDirectory(_folder.Path("out/a.glb")); // a folder where the file should go

        var result = Command.Reconstruct(_folder.WritePhoto("a.jpg", discs: (300, 220, 120)), "--out", _folder.Path("out")).WithoutStackTrace();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is a folder", result.Errors);
        Assert.Empty(_folder.Files("out"));
    }

    [Fact]
    public void ResultOverAPhoto_IsRefused()
    {
        string photo = _folder.WritePhoto("a.png", discs: (300, 220, 120)); // the preview is a.png, too
        byte[] before = File.ReadAllBytes(photo);

        var result = Command.Reconstruct(photo, "--out", _folder.Root).WithoutStackTrace();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("would overwrite", result.Errors);
        Assert.Equal(before, File.ReadAllBytes(photo));
        Assert.Equal(["a.png"], _folder.Files("."));
    }

    [Fact]
    public void MissingModels_AreNamed()
    {
        var result = Command.Selfie3D("reconstruct", _folder.WritePhoto("a.jpg"), "--out", _folder.Path("out"), "--models", _folder.Path("none")).WithoutStackTrace();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("head-landmarks.onnx", result.Errors);
    }

    public void Dispose() => _folder.Dispose();

    private static byte[] HugePng() =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0, 0, 0, 0, 0];
}
