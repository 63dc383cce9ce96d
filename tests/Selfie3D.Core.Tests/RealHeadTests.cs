using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Tests;

/// <summary>The sample selfie through the real models.</summary>
public sealed class RealHeadTests
{
    private static readonly Lazy<SelfieReconstruction> Sample = new(() =>
    {
        using var reconstructor = new SelfieReconstructor(new ReconstructorOptions { ModelFolder = Path.Combine(Fixtures.RepoRoot, "models") });
        return reconstructor.Reconstruct(File.ReadAllBytes(Path.Combine(Fixtures.RepoRoot, "samples", "selfie.jpg")));
    });

    [Fact]
    public void Neck_OfTheSample_EndsInALevelBase()
    {
        var positions = Sample.Value.Head.Mesh.Positions.ToArray();
        float lowest = positions.Min(p => p.Y);
        Vector3[] bottom = [.. positions.Where(p => p.Y < lowest + 0.0005f)];

        Assert.True(bottom.Length > 300, $"{bottom.Length} vertices");
        Assert.True(bottom.Max(p => p.X) - bottom.Min(p => p.X) > 0.06f);
        Assert.True(lowest < Sample.Value.Anchors.Chin.Y);
    }

    [Fact]
    public void Mesh_OfTheSample_IsSound()
    {
        var report = Sample.Value.Report;

        Assert.True(report.Watertight);
        Assert.Equal(0, report.DegenerateTriangles);
    }

    [Fact]
    public void Detector_PhotoTurnedByAnyAngle_TellsTheFacesAngle()
    {
        using var detector = new FaceDetector(Path.Combine(Fixtures.RepoRoot, "models", FaceDetector.ModelFileName));
        var photo = new PhotoDecoder(new PhotoDecoderOptions { TargetLongSide = 400 }).Decode(File.ReadAllBytes(Path.Combine(Fixtures.RepoRoot, "samples", "selfie.jpg"))).Image;
        float upright = detector.Detect(photo)[0].RollDegrees;

        for (int degrees = 15; degrees < 360; degrees += 30)
        {
            var found = detector.Detect(Turned(photo, degrees));

            Assert.True(found.Count > 0, $"at {degrees} degrees: none");
            float off = MathF.IEEERemainder(found[0].RollDegrees - upright - degrees, 360);
            Assert.True(MathF.Abs(off) < 20, $"at {degrees} degrees: {off} off");
        }
    }

    [Theory]
    [InlineData(-90)]
    [InlineData(-70)]
    [InlineData(70)]
    [InlineData(90)]
    public void FaceEvidence_BoxWhoseRollIsFarOff_SeesTheFaceUpright(float off)
    {
        string models = Path.Combine(Fixtures.RepoRoot, "models");
        using var regressor = new HeadRegressor(Path.Combine(models, HeadRegressor.LandmarkModelFileName), Path.Combine(models, HeadRegressor.VolumeModelFileName));
        var photo = new PhotoDecoder(new PhotoDecoderOptions()).Decode(File.ReadAllBytes(Path.Combine(Fixtures.RepoRoot, "samples", "selfie.jpg")));
        var face = Sample.Value.Face.Scale(photo.Scale);

        var (_, seen) = regressor.FaceEvidence(photo.Image, face with { RollDegrees = face.RollDegrees + off });

        Assert.Equal(face.RollDegrees, seen.RollDegrees, 10f);
    }

    [Fact]
    public void Measures_OfTheSample_AreThoseOfAPerson()
    {
        var measures = Sample.Value.Measures;

        Assert.InRange(measures.HeadHeightMm, 190, 260);
        Assert.InRange(measures.HeadWidthMm, 125, 190);
        Assert.InRange(measures.FaceWidthMm, 110, 165);
    }

    // The photo turned clockwise about its middle, in a square that holds all of it.
    private static RgbImage Turned(RgbImage photo, float degrees)
    {
        int side = (int)MathF.Ceiling(new Vector2(photo.Width, photo.Height).Length());
        var turned = new RgbImage(side, side);
        var back = Matrix3x2.CreateTranslation(-side / 2f, -side / 2f) * Matrix3x2.CreateRotation(-degrees * (MathF.PI / 180))
            * Matrix3x2.CreateTranslation(photo.Width / 2f, photo.Height / 2f);
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                var source = Vector2.Transform(new Vector2(x + 0.5f, y + 0.5f), back);
                if (source.X >= 0 && source.Y >= 0 && source.X < photo.Width && source.Y < photo.Height)
                    photo.Pixels.AsSpan(3 * ((int)source.Y * photo.Width + (int)source.X), 3).CopyTo(turned.Pixels.AsSpan(3 * (y * side + x)));
            }
        }

        return turned;
    }
}
