using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Tests;

/// <summary>Every cause that lowers the quality is named, and only that one.</summary>
public sealed class SelfieQualityTests
{
    private static readonly Photo Picture = Photo.FromImage(Skin());
    private static readonly FaceBox Face = new(200, 100, 240, 240, 0, 0.9f);

    [Fact]
    public void Judge_GoodFace_WarnsOfNothing()
    {
        var quality = SelfieQuality.Judge(Picture, Face, Estimate());

        Assert.Empty(quality.Warnings);
        Assert.InRange(quality.Score, 0.7f, 1);
    }

    [Fact]
    public void Judge_LessConfidenceOrMoreDrift_ScoresLower()
    {
        float[] byConfidence = [.. new[] { 0.9f, 0.7f, 0.4f, 0.1f }.Select(c => SelfieQuality.Judge(Picture, Face, Estimate(confidence: c)).Score)];
        float[] byDrift = [.. new[] { 0.001f, 0.01f, 0.03f, 0.1f }.Select(d => SelfieQuality.Judge(Picture, Face, Estimate(drift: d)).Score)];

        Assert.Equal(byConfidence.OrderDescending(), byConfidence);
        Assert.Equal(byDrift.OrderDescending(), byDrift);
        Assert.Equal(8, byConfidence.Concat(byDrift).Distinct().Count());
    }

    [Fact]
    public void Judge_DimPhoto_SaysDark() => Assert.Equal([QualityCodes.Dark], Codes(Skin(light: 0.15f)));

    [Fact]
    public void Judge_HalfInBlackShadow_SaysHowMuch()
    {
        var photo = Skin();
        for (int y = 0; y < 480; y++)
            photo.Pixels.AsSpan(3 * 640 * y, 3 * 320).Clear();

        var warning = Assert.Single(SelfieQuality.Judge(Photo.FromImage(photo), Face, Estimate()).Warnings);

        Assert.Equal(QualityCodes.Dark, warning.Code);
        Assert.Contains("50% of the face", warning.Message.Replace("49%", "50%").Replace("51%", "50%"));
    }

    [Fact]
    public void Judge_SoftEdges_SaysBlurred() => Assert.Equal([QualityCodes.Blurred], Codes(Skin(light: 0.7f, edge: 40, contrast: 0.3f)));

    [Fact]
    public void Judge_ClothOverMouthAndNose_SaysOccluded()
    {
        var photo = Skin();
        for (int y = 220; y < 400; y++)
        {
            for (int x = 200; x < 440; x++)
                new byte[] { 60, 110, 190 }.CopyTo(photo.Pixels, 3 * (640 * y + x));
        }

        Assert.Contains(QualityCodes.Occluded, Codes(photo));
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
        Assert.Equal(QualityCodes.LowConfidence, Assert.Single(SelfieQuality.Judge(Picture, Face, Estimate(confidence: 0.1f, drift: 0.05f)).Warnings).Code);

    [Fact]
    public void Judge_GivenBoxWithoutFace_SaysSo() =>
        Assert.Equal(QualityCodes.FaceNotFound, Assert.Single(SelfieQuality.Judge(Picture, Face with { Score = 0 }, Estimate()).Warnings).Code);

    private static string[] Codes(RgbImage photo) => [.. SelfieQuality.Judge(Photo.FromImage(photo), Face, Estimate()).Warnings.Select(w => w.Code)];

    // The colour of skin with blocks, whose edges are so many pixels wide.
    private static RgbImage Skin(float light = 1, float edge = 0, float contrast = 0.05f)
    {
        var image = new RgbImage(640, 480);
        for (int y = 0; y < 480; y++)
        {
            for (int x = 0; x < 640; x++)
            {
                float wave = edge > 0 ? MathF.Sin(x / edge) * MathF.Sin(y / edge) : (x / 23 + y / 29) % 2 * 2 - 1;
                for (int channel = 0; channel < 3; channel++)
                    image.Pixels[3 * (640 * y + x) + channel] = (byte)MathF.Round(new Vector3(200, 150, 125)[channel] * light * (1 + contrast * wave));
            }
        }

        return image;
    }

    private static HeadEstimate Estimate(float yaw = 0, float pitch = 0, float confidence = 0.8f, float drift = 0.005f, float shift = 0) => new()
    {
        Volume = new HeadVolume(2, new float[8], new HeadCrop(320, 220, 400, 0)),
        Landmarks68 = [.. MeanFace.Points.Select(p => new Vector3(320 + shift + 1500 * p.X, 220 - 1500 * p.Y, 1500 * p.Z))],
        Pose = new HeadPose(yaw, pitch, 0),
        Confidence = confidence,
        Drift = drift,
    };
}
