using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class PushPullTests
{
    [Fact]
    public void Fill_OneKnownPixel_GivesItsColorEverywhere()
    {
        var pixels = new Vector4[13 * 9];
        pixels[40] = new Vector4(10, 20, 30, 1);
        PushPull.Fill(pixels, 13, 9);
        Assert.All(pixels, pixel => Assert.True((pixel - new Vector4(10, 20, 30, 1)).Length() < 1e-3f, $"{pixel}"));
    }

    [Fact]
    public void Fill_GapBetweenTwoColors_GoesFromOneToTheOtherAndKeepsWhatIsKnown()
    {
        const int Width = 32, Height = 8;
        var pixels = new Vector4[Width * Height];
        for (var k = 0; k < pixels.Length; k++)
            if (k % Width is var x && x is < 8 or >= 24) pixels[k] = new Vector4(x < 8 ? 0 : 100, 0, 0, 1);
        PushPull.Fill(pixels, Width, Height);
        for (var k = 0; k < pixels.Length; k++)
        {
            if (k % Width < 8) Assert.Equal(0, pixels[k].X, 1e-3f);
            if (k % Width >= 24) Assert.Equal(100, pixels[k].X, 1e-3f);
            if (k % Width is > 0 and < Width) Assert.True(pixels[k].X >= pixels[k - 1].X - 2, $"falls at {k % Width}");
        }
        Assert.InRange(pixels[4 * Width + 10].X, 0, 45);
        Assert.InRange(pixels[4 * Width + 21].X, 55, 100);
    }

    [Fact]
    public void Fill_NothingKnown_StaysEmpty()
    {
        var pixels = new Vector4[20];
        PushPull.Fill(pixels, 5, 4);
        Assert.All(pixels, pixel => Assert.Equal(Vector4.Zero, pixel));
    }
}
