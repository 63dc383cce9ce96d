using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class PhotoContentTests
{
    [Fact]
    public void Bounds_BarsOfOneColor_AreLeftOutWithTheirFringe()
    {
        var image = new RgbImage(40, 30);
        for (var y = 4; y < 30; y++)
            for (var x = 0; x < 33; x++) image.Pixels[3 * (y * 40 + x) + 1] = (byte)(50 + 37 * (x * 7 + y * 13) % 200);
        Assert.Equal((0, 8, 29, 30), PhotoContent.Bounds(image));
    }

    [Fact]
    public void Bounds_ColorsThatCompressionMixedIntoTheBar_AreNoPhoto()
    {
        var image = new RgbImage(60, 30);
        for (var y = 0; y < 30; y++)
        {
            for (var x = 0; x < 36; x++) image.Pixels[3 * (y * 60 + x) + 1] = (byte)(50 + 37 * (x * 7 + y * 13) % 200);
            for (var x = 36; x < 45; x++) image.Pixels[3 * (y * 60 + x)] = (byte)(2 * (y % 15)); // up to 28 in a black bar
        }
        Assert.Equal((0, 0, 32, 30), PhotoContent.Bounds(image));
    }

    [Fact]
    public void Bounds_ADarkPhotoBesideABlackBar_LosesNoMoreThanABlockOfColors()
    {
        var image = new RgbImage(80, 30);
        for (var y = 0; y < 30; y++)
            for (var x = 0; x < 60; x++) image.Pixels[3 * (y * 80 + x)] = (byte)(2 * ((x + y) % 15));
        Assert.Equal((0, 0, 60 - 16 - 4, 30), PhotoContent.Bounds(image));
    }

    [Fact]
    public void Bounds_OneColorAllOver_IsTheWholeImage() =>
        Assert.Equal((0, 0, 8, 6), PhotoContent.Bounds(new RgbImage(8, 6)));
}
