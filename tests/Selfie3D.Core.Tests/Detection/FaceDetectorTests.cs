using Selfie3D.Detection;

namespace Selfie3D.Tests.Detection;

/// <summary>With the stub model, which finds a red disc: what is tested is the way from photo to network and back.</summary>
public sealed class FaceDetectorTests : IDisposable
{
    private readonly FaceDetector _detector = new(Fixtures.Path("face-detector.onnx"));

    [Theory]
    [InlineData(640, 480, 200, 300, 100)]
    [InlineData(480, 640, 200, 500, 100)]
    [InlineData(1999, 333, 1500, 150, 160)]
    [InlineData(100, 100, 40, 60, 40)]
    [InlineData(321, 319, 160, 160, 300)]
    public void Detect_Disc_GivesItsPlaceAndSize(int width, int height, float x, float y, float diameter)
    {
        var faces = _detector.Detect(Fixtures.Disc(width, height, x, y, diameter));

        var face = Assert.Single(faces);
        float tolerance = 0.02f * diameter + 0.5f;
        Assert.Equal(x, face.Center.X, tolerance);
        Assert.Equal(y, face.Center.Y, tolerance);
        Assert.Equal(diameter, face.Size, 3 * tolerance);
        Assert.Equal(0.9f, face.Score, 1e-4f);
    }

    [Fact]
    public void Detect_EveryFace_MergesThePasses() =>
        Assert.Single(_detector.Detect(Fixtures.Disc(900, 700, 400, 300, 120), everyFace: true));

    [Theory]
    [InlineData(450, 300, 1)]
    [InlineData(520, 120, 1)] // high up, but on the middle line: the one that is meant
    [InlineData(200, 300, 4)] // may be a bystander: every pass looks
    public void Detect_SureFace_EndsTheSearchOnlyOnTheMiddleLine(float x, float y, int passes)
    {
        int looks = 0;
        using var detector = new FaceDetector(Fixtures.Path("face-detector.onnx"), witness: (_, face) =>
        {
            looks++;
            return (4, face);
        });

        Assert.Single(detector.Detect(Fixtures.Disc(900, 600, x, y, 200)));

        Assert.Equal(passes, looks);
    }

    [Fact]
    public void Detect_NoDisc_FindsNothing() => Assert.Empty(_detector.Detect(Fixtures.Disc(300, 200, -500, -500, 10)));

    [Fact]
    public void Detect_OnePixel_FindsNothing() => Assert.Empty(_detector.Detect(new Selfie3D.Imaging.RgbImage(1, 1)));

    [Fact]
    public void Constructor_MissingFile_SaysWhich()
    {
        var error = Assert.Throws<SelfieException>(() => new FaceDetector("/nowhere/face-detector.onnx"));

        Assert.Equal(ErrorCodes.ModelUnusable, error.Code);
        Assert.Contains("/nowhere/face-detector.onnx", error.Message);
    }

    [Fact]
    public void Constructor_NotAModel_SaysSo()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1");
            Assert.Equal(ErrorCodes.ModelUnusable, Assert.Throws<SelfieException>(() => new FaceDetector(path)).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Constructor_AnotherModel_SaysWhatIsMissing()
    {
        var error = Assert.Throws<SelfieException>(() => new FaceDetector(Fixtures.Path("head-volume.onnx")));

        Assert.Equal(ErrorCodes.ModelUnusable, error.Code);
        Assert.Contains("\"image\"", error.Message);
    }

    public void Dispose() => _detector.Dispose();
}
