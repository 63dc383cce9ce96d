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
    public void Bounds_OneColorAllOver_IsTheWholeImage() =>
        Assert.Equal((0, 0, 8, 6), PhotoContent.Bounds(new RgbImage(8, 6)));
}
