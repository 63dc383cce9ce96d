using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Imaging;

public sealed class ImageSamplerTests
{
    [Fact]
    public void Sample_OneToOne_GivesThePixels()
    {
        var image = Ramp(7, 5);
        var planes = new float[3 * 7 * 5];

        ImageSampler.Sample(image, Vector2.Zero, Vector2.UnitX, Vector2.UnitY, 7, 5, 0, planes);

        for (int i = 0; i < 35; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                Assert.Equal(image.Pixels[3 * i + channel] / 255f, planes[channel * 35 + i], 1e-5f);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Sample_Shrinking_AveragesTheArea(int factor)
    {
        // A checkerboard of single pixels has the same mean everywhere; point sampling would not see it.
        var image = new RgbImage(16 * factor, 16 * factor);
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
                image.Pixels.AsSpan(3 * (y * image.Width + x), 3).Fill((x + y) % 2 == 0 ? (byte)255 : (byte)0);
        }

        var planes = new float[3 * 16 * 16];
        ImageSampler.Sample(image, Vector2.Zero, new Vector2(factor, 0), new Vector2(0, factor), 16, 16, 0, planes);

        float tolerance = factor % 2 == 0 ? 1e-4f : 0.13f;
        Assert.All(planes, value => Assert.Equal(0.5f, value, tolerance));
    }

    [Fact]
    public void Sample_OutsideTheImage_GivesTheOutsideValue()
    {
        var planes = new float[3 * 4 * 4];

        ImageSampler.Sample(Ramp(8, 8), new Vector2(100, 100), Vector2.UnitX, Vector2.UnitY, 4, 4, 0.25f, planes);

        Assert.All(planes, value => Assert.Equal(0.25f, value));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(-90)]
    public void SampleCrop_Turned_ShowsAPointWhereTheCropSaysItIs(float roll)
    {
        var crop = new HeadCrop(60, 50, 64, roll);
        var unit = new Vector2(0.7f, 0.3f);
        var at = crop.CropToPhoto(unit);
        var image = Fixtures.Disc(120, 100, at.X, at.Y, 8);
        var planes = new float[3 * 64 * 64];

        ImageSampler.SampleCrop(image, crop, 64, planes);

        // centroid of what is redder than green
        float sum = 0, sumX = 0, sumY = 0;
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                float red = MathF.Max(0, planes[y * 64 + x] - planes[64 * 64 + y * 64 + x]);
                (sum, sumX, sumY) = (sum + red, sumX + red * (x + 0.5f), sumY + red * (y + 0.5f));
            }
        }

        Assert.Equal(unit.X * 64, sumX / sum, 0.15f);
        Assert.Equal(unit.Y * 64, sumY / sum, 0.15f);
    }

    private static RgbImage Ramp(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (int i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(i * 7);
        return image;
    }
}
