using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Tests;

/// <summary>Every cause that lowers the quality is named, and only that one.</summary>
public sealed class SelfieQualityTests
{
    private static readonly Photo Picture = Photo.FromImage(new RgbImage(640, 480));
    private static readonly FaceBox Face = new(200, 100, 240, 240, 0, 0.9f);

    [Fact]
    public void Judge_GoodFace_WarnsOfNothing()
    {
        var quality = SelfieQuality.Judge(Picture, Face, Estimate());

        Assert.Empty(quality.Warnings);
        Assert.InRange(quality.Score, 0.5f, 1);
    }

    [Theory]
    [InlineData(60, 0)]
    [InlineData(-60, 0)]
    [InlineData(0, 40)]
    [InlineData(0, -40)]
    [InlineData(70, 40)]
    public void Judge_FarTurned_NamesThePoseOnce(float yaw, float pitch) =>
        Assert.Equal(QualityCodes.ExtremePose, Assert.Single(SelfieQuality.Judge(Picture, Face, Estimate(yaw, pitch)).Warnings).Code);

    [Fact]
    public void Judge_SmallFace_SaysHowSmall()
    {
        var warning = Assert.Single(SelfieQuality.Judge(Picture, new FaceBox(200, 100, 60, 60, 0, 0.9f), Estimate()).Warnings);

        Assert.Equal(QualityCodes.SmallFace, warning.Code);
        Assert.Contains("60 pixels", warning.Message);
    }

    [Fact]
    public void Judge_LandmarksBeyondTheBorder_SaysCutOff() =>
        Assert.Equal(QualityCodes.CutOff, Assert.Single(SelfieQuality.Judge(Picture, Face, Estimate(shift: -300)).Warnings).Code);

    [Fact]
    public void Judge_ShrunkPhoto_ComparesLandmarksWithTheDecodedImage() =>
        Assert.Empty(SelfieQuality.Judge(new Photo(Picture.Image, 6400, 4800), Face.Scale(10), Estimate()).Warnings);

    [Fact]
    public void Judge_LowConfidence_SaysSo() =>
        Assert.Equal(QualityCodes.LowConfidence, Assert.Single(SelfieQuality.Judge(Picture, Face, Estimate(confidence: 0.2f)).Warnings).Code);

    [Fact]
    public void Judge_GivenBoxWithoutFace_SaysSo() =>
        Assert.Equal(QualityCodes.FaceNotFound, Assert.Single(SelfieQuality.Judge(Picture, Face with { Score = 0 }, Estimate()).Warnings).Code);

    private static HeadEstimate Estimate(float yaw = 0, float pitch = 0, float confidence = 0.8f, float drift = 0.005f, float shift = 0) => new()
    {
        Volume = new HeadVolume(2, new float[8], new HeadCrop(320, 220, 400, 0)),
        Landmarks68 = [.. MeanFace.Points.Select(p => new Vector3(320 + shift + 1500 * p.X, 220 - 1500 * p.Y, 1500 * p.Z))],
        Pose = new HeadPose(yaw, pitch, 0),
        Confidence = confidence,
        Drift = drift,
    };
}
