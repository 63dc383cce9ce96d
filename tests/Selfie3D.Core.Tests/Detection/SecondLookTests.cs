using Selfie3D.Detection;

namespace Selfie3D.Tests.Detection;

/// <summary>Candidates are looked at again, with the stub model, which finds a red disc with score 0.9.</summary>
public sealed class SecondLookTests
{
    private static readonly string Model = Fixtures.Path("face-detector.onnx");

    [Fact]
    public void Detect_SeenInEveryLook_KeepsItsScore()
    {
        using var detector = new FaceDetector(Model, new FaceDetectorOptions { SecondLooks = [new(40, false, 30), new(90, true, 0)] });

        Assert.Equal(0.9f, Assert.Single(detector.Detect(Fixtures.Disc(500, 400, 150, 250, 90))).Score, 1e-4f);
    }

    [Fact]
    public void Detect_SeenInALook_IsTurnedAsItIsSeenThere()
    {
        // The disc looks upright whatever the tilt, so each look takes its tilt for the face's.
        using var detector = new FaceDetector(Model, new FaceDetectorOptions { SecondLooks = [new(40, false, 150), new(90, true, 60)] });

        Assert.Equal(-150, Assert.Single(detector.Detect(Fixtures.Disc(500, 400, 150, 250, 90))).RollDegrees, 1e-3f);
    }

    [Fact]
    public void Detect_NotSeenAgain_IsNoFace()
    {
        // A place of 1000 pixels in a look of 160 is never matched: each look counts as 0.
        var looks = new SecondLook[] { new(1000, false, 0), new(1000, true, 0) };
        using var strict = new FaceDetector(Model, new FaceDetectorOptions { SecondLooks = looks, Threshold = 0.5f });
        using var lax = new FaceDetector(Model, new FaceDetectorOptions { SecondLooks = looks, Threshold = 0.28f });
        var photo = Fixtures.Disc(500, 400, 150, 250, 90);

        Assert.Empty(strict.Detect(photo));
        Assert.Equal(0.3f, Assert.Single(lax.Detect(photo)).Score, 1e-4f);
    }
}
