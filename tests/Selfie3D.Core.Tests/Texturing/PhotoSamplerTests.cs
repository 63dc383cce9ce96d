using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class PhotoSamplerTests
{
    [Fact]
    public void At_AnyPlace_IsTheFourPixelsAroundIt()
    {
        var random = new Random(9);
        var photo = new RgbImage(37, 23);
        random.NextBytes(photo.Pixels);
        var sampler = new PhotoSampler(photo, Vector2.Zero, new Vector2(37, 23), 1, new ParallelOptions());
        for (int n = 0; n < 5000; n++)
        {
            float photoX = random.NextSingle() * 60 - 10, photoY = random.NextSingle() * 40 - 10;
            if (n % 5 == 0)
                (photoX, photoY) = (MathF.Round(photoX) + 0.5f, MathF.Round(photoY) + 0.5f);
            float x = Math.Clamp(photoX - 0.5f, 0, 36), y = Math.Clamp(photoY - 0.5f, 0, 22);
            int left = (int)x, top = (int)y, right = Math.Min(36, left + 1), bottom = Math.Min(22, top + 1);
            var plain = Vector3.Lerp(Vector3.Lerp(Pixel(left, top), Pixel(right, top), x - left), Vector3.Lerp(Pixel(left, bottom), Pixel(right, bottom), x - left), y - top);
            Assert.InRange(Vector3.Distance(plain, sampler.At(photoX, photoY).AsVector3()), 0, 1e-3f);
        }

        Vector3 Pixel(int x, int y) => new(photo.Pixels[3 * (y * 37 + x)], photo.Pixels[3 * (y * 37 + x) + 1], photo.Pixels[3 * (y * 37 + x) + 2]);
    }

    [Fact]
    public void At_NoNumber_StaysInThePhoto()
    {
        var sampler = new PhotoSampler(new RgbImage(4, 4), Vector2.Zero, new Vector2(4), 1, new ParallelOptions());
        foreach (float x in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f])
            Assert.True(float.IsNaN(sampler.At(x, x).X) || sampler.At(x, x).X == 0);
    }
}
