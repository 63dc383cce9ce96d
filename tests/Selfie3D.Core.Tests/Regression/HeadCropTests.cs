using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

public sealed class HeadCropTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    [InlineData(-170)]
    public void PhotoToCrop_OfCropToPhoto_GivesThePointBack(float roll)
    {
        var crop = new HeadCrop(310, 205, 170, roll);
        var unit = new Vector3(0.2f, 0.9f, 0.7f);

        var back = crop.PhotoToCrop(crop.CropToPhoto(unit));

        Assert.True(Vector3.Distance(unit, back) < 1e-5f);
    }

    [Fact]
    public void CropToPhoto_ClockwiseTurn_MovesTheUpperEdgeToTheRight()
    {
        // A head whose top leans to the image's right: the crop's upper middle lies to the right of its centre.
        var top = new HeadCrop(100, 100, 50, 90).CropToPhoto(new Vector2(0.5f, 0));

        Assert.Equal(125, top.X, 1e-3f);
        Assert.Equal(100, top.Y, 1e-3f);
    }

    [Fact]
    public void CropToPhoto_MiddleDepth_IsZero() => Assert.Equal(0, new HeadCrop(1, 2, 30, 4).CropToPhoto(new Vector3(0.1f, 0.2f, 0.5f)).Z);

    [Fact]
    public void VoxelToPhoto_OfTheMiddle_IsTheCropsCentre()
    {
        var volume = new HeadVolume(4, new float[64], new HeadCrop(100, 60, 40, 30));

        Assert.True(Vector3.Distance(new Vector3(100, 60, 0), volume.VoxelToPhoto(new Vector3(2, 2, 2))) < 1e-4f);
        Assert.True(Vector3.Distance(new Vector3(2.5f, 1, 3), volume.PhotoToVoxel(volume.VoxelToPhoto(new Vector3(2.5f, 1, 3)))) < 1e-4f);
        Assert.Equal(10, volume.VoxelSize);
    }

    [Fact]
    public void FromLandmarks_TurnedSquare_IsUprightAndCentred()
    {
        var turned = new HeadCrop(200, 150, 80, 40);
        Vector3[] corners = [.. new[] { (0f, 0.2f), (1f, 0.2f), (0f, 0.8f), (1f, 0.8f) }.Select(c => new Vector3(turned.CropToPhoto(new Vector2(c.Item1, c.Item2)), 3))];

        var crop = HeadCrops.FromLandmarks(corners, 40);

        Assert.Equal(200, crop.CenterX, 1e-3f);
        Assert.Equal(150, crop.CenterY, 1e-3f);
        Assert.Equal(80 * HeadCrops.LandmarkMargin, crop.Size, 1e-3f);
        Assert.Equal(40, crop.RollDegrees);
    }

    [Fact]
    public void FromFace_Box_HasTheMargin()
    {
        var crop = HeadCrops.FromFace(new FaceBox(10, 20, 100, 100, 15, 1));

        Assert.Equal(new HeadCrop(60, 70, 145, 15), crop);
    }

    [Fact]
    public void FromPrior_Box_HoldsAllVerticesInItsVolume()
    {
        var random = new Random(2);
        Vector3[] vertices = [.. Enumerable.Range(0, 500).Select(_ => new Vector3(random.Next(90), random.Next(120), 30 + random.Next(200)))];

        var (crop, middleZ) = HeadCrops.FromPrior(vertices, -20);

        Assert.All(vertices, vertex =>
        {
            var unit = crop.PhotoToCrop(vertex - new Vector3(0, 0, middleZ));
            Assert.True(Vector3.Min(unit, Vector3.One - unit) is var inside && MathF.Min(inside.X, MathF.Min(inside.Y, inside.Z)) > 0);
        });
    }
}
