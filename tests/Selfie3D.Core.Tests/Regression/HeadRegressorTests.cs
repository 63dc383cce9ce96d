using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>With the stub models, whose head is a sphere around a red disc: its place and size must come back through every crop.</summary>
public sealed class HeadRegressorTests : IDisposable
{
    private const float X = 300, Y = 220, Diameter = 120;
    private readonly HeadRegressor _regressor = new(Fixtures.Path("head-landmarks.onnx"), Fixtures.Path("head-volume.onnx"));

    [Theory]
    [InlineData(64, 0)]
    [InlineData(128, 0)]
    [InlineData(128, 20)]
    [InlineData(96, -45)]
    public void Estimate_Disc_GivesTheSphereInThePhoto(int volumeSize, float roll)
    {
        using var regressor = new HeadRegressor(Fixtures.Path("head-landmarks.onnx"), Fixtures.Path("head-volume.onnx"),
            new HeadRegressorOptions { VolumeSize = volumeSize });

        // The box is a little off and too large, as a detector's is.
        var estimate = regressor.Estimate(Fixtures.Disc(640, 480, X, Y, Diameter), new FaceBox(X - 62, Y - 75, 140, 140, roll, 0.9f));

        var volume = estimate.Volume;
        Assert.Equal(volumeSize, volume.Size);
        var (center, radius) = Inside(volume);
        // 0.8 diameters, and the half voxel of the network's 64^3 grid that the stub adds.
        float expected = 0.8f * Diameter + 0.5f * volume.Crop.Size / 64;
        Assert.Equal(expected, radius, 0.012f * expected);
        Assert.Equal(X, center.X, 0.7f);
        Assert.Equal(Y, center.Y, 0.7f);
        Assert.Equal(0, center.Z, 0.7f);
        Assert.Equal(0.75f, estimate.Confidence);
    }

    [Fact]
    public void Estimate_Disc_PutsLandmarksAroundItInTheVolumesDepth()
    {
        var estimate = _regressor.Estimate(Fixtures.Disc(640, 480, X, Y, Diameter), new FaceBox(X - 62, Y - 75, 140, 140, 0, 0.9f));

        var points = estimate.Landmarks68;
        Assert.Equal(68, points.Length);
        Assert.Equal(X, (points.Min(p => p.X) + points.Max(p => p.X)) / 2, 0.7f);
        Assert.Equal(Y, (points.Min(p => p.Y) + points.Max(p => p.Y)) / 2, 0.7f);
        Assert.Equal(0, (points.Min(p => p.Z) + points.Max(p => p.Z)) / 2, 0.7f); // the sphere's middle, wherever the network's z began
        Assert.Equal(0, estimate.Pose.YawDegrees, 0.5f);
        Assert.Equal(0, estimate.Pose.PitchDegrees, 0.5f);
    }

    [Fact]
    public void Estimate_Perspective_IsTheNetworksInPhotoPixels()
    {
        var perspective = _regressor.Estimate(Fixtures.Disc(640, 480, X, Y, Diameter), new FaceBox(X - 62, Y - 75, 140, 140, 33, 0.9f)).Perspective;

        Assert.Equal(0.1f, perspective.Strength * Diameter, 0.005f);
        Assert.Equal(X, perspective.CenterX, 0.7f);
        Assert.Equal(Y, perspective.CenterY, 0.7f);
        Assert.InRange(perspective.Depth, -40, -1); // the stub's z begins behind the sphere's middle
    }

    [Fact]
    public void Estimate_TurnedBox_LeavesNoRollBehind()
    {
        // The stub's face is upright in whatever crop it sees, so its roll in the photo is the first crop's.
        var estimate = _regressor.Estimate(Fixtures.Disc(640, 480, X, Y, Diameter), new FaceBox(X - 62, Y - 75, 140, 140, 33, 0.9f));

        Assert.Equal(33, estimate.Volume.Crop.RollDegrees, 0.1f);
        Assert.Equal(33, HeadFrame.FromLandmarks(estimate.Landmarks68).InPlaneRollDegrees, 0.1f);
    }

    [Fact]
    public void Estimate_Twice_GivesTheSame()
    {
        var image = Fixtures.Disc(640, 480, X, Y, Diameter);
        var face = new FaceBox(X - 62, Y - 75, 140, 140, 0, 0.9f);

        Assert.Equal(_regressor.Estimate(image, face).Volume.Distance, _regressor.Estimate(image, face).Volume.Distance);
    }

    [Fact]
    public void Estimate_NoDisc_FailsInWords()
    {
        var error = Record.Exception(() => _regressor.Estimate(Fixtures.Disc(64, 64, -500, 0, 10), new FaceBox(0, 0, 40, 40, 0, 1)));

        Assert.True(error is null or SelfieException, error?.ToString());
    }

    public void Dispose() => _regressor.Dispose();

    private static (Vector3 Center, float Radius) Inside(HeadVolume volume)
    {
        int size = volume.Size;
        var sum = Vector3.Zero;
        double count = 0;
        for (int i = 0; i < volume.Distance.Length; i++)
        {
            // smoothed occupancy, so that the radius is finer than a voxel
            float share = Math.Clamp(0.5f - volume.Distance[i], 0, 1);
            count += share;
            sum += share * new Vector3(i % size + 0.5f, i / size % size + 0.5f, i / size / size + 0.5f);
        }

        float radiusVoxels = (float)Math.Cbrt(count * 3 / (4 * Math.PI));
        return (volume.VoxelToPhoto(sum / (float)count), radiusVoxels * volume.VoxelSize);
    }
}
