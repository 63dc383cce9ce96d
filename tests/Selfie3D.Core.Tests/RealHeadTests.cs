using System.Numerics;
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
}
