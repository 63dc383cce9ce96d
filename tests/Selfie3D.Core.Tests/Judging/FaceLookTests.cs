using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Judging;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Judging;

/// <summary>What is measured in a face's photo, on pictures whose blur, light and colours are known.</summary>
public sealed class FaceLookTests
{
    // Of the training package.
    private const float TwinBlur = 0.00464f, TwinBrightness = 0.347f, TwinBlack = 0.550f, TwinOutside = 0.0747f;

    private static readonly float[] TwinPatches =
    [
        1.6f, 1.36f, 1.45f, 0.326f, 0f, 0.0405f, 0.256f, 1.84f, 3.12f, 0.0335f, -0.046f, 0.0639f,
        0.691f, 1.56f, 0.757f, 0.776f, -0.0725f, 0.0573f, 0.606f, 1.42f, 1.53f, 0.136f, -0.0402f, 0.0582f,
        0.246f, 0.297f, 1.17f, 1.38f, 0.0313f, 0.0291f, 0.653f, -0.129f, 0.0208f, 0.272f, -0.01f, 0.114f,
        0.58f, 0.144f, 0.038f, 0.0562f, -0.0695f, 0.103f, 0.665f, 0.0161f, 0.089f, 0.485f, -0.0958f, 0.0641f,
    ];

    private static readonly Vector3[] Face = [.. MeanFace.Points.Select(p => new Vector3(250 + 1600 * p.X, 260 - 1600 * p.Y, 1600 * p.Z))];

    [Fact]
    public void Measure_TwinPicture_GivesTheTrainingPackagesFigures()
    {
        // The same picture and face as in models/training/tests/test_quality.py.
        var image = Picture(400, 300, (x, y) => new Vector3(
            120 + 80 * MathF.Sin(x / 9f) * MathF.Cos(y / 13f), 100 + 60 * MathF.Sin(x / 17f + y / 11f), 80 + 50 * MathF.Cos(y / 7f))
            * ((x / 31 + y / 37) % 2 == 0 ? 1 : 0.3f) * (x < 240 ? 0.04f : 1));
        var (sinYaw, cosYaw) = MathF.SinCos(20 * MathF.PI / 180);
        var (sinRoll, cosRoll) = MathF.SinCos(10 * MathF.PI / 180);
        var face = MeanFace.Points.Select(p => 1200 * new Vector3(p.X, -p.Y, p.Z))
            .Select(p => new Vector3(cosYaw * p.X - sinYaw * p.Z, p.Y, sinYaw * p.X + cosYaw * p.Z))
            .Select(p => new Vector3(cosRoll * p.X - sinRoll * p.Y + 210, sinRoll * p.X + cosRoll * p.Y + 230, p.Z));

        var look = FaceLook.Measure(image, [.. face]);

        Assert.Equal(TwinBlur, look.Blur, 0.04f * TwinBlur);
        Assert.Equal(TwinBrightness, look.Brightness, 0.01f);
        Assert.Equal(TwinBlack, look.BlackShare, 0.01f);
        Assert.Equal(TwinOutside, look.Outside, 0.01f);
        for (int i = 0; i < TwinPatches.Length; i++) // a window may lie one pixel off, across an edge of the picture
            Assert.Equal(TwinPatches[i], look.Patches[i], 0.05f + 0.12f * MathF.Abs(TwinPatches[i]));
    }

    [Theory]
    [InlineData(1f, 0.1f)]
    [InlineData(0.3f, 0.1f)]
    public void Measure_DimmedPicture_KeepsItsSharpness(float light, float most)
    {
        var look = FaceLook.Measure(Checks(light), Face);

        Assert.InRange(look.Blur, 0, most * 0.1f);
        Assert.Equal(190 / 255f * light * 0.8f, look.Brightness, 0.1f);
    }

    [Fact]
    public void Measure_SmoothPicture_IsBlurred()
    {
        var look = FaceLook.Measure(Picture(500, 500, (x, y) => new Vector3(128 + 100 * MathF.Sin(x / 30f) * MathF.Cos(y / 30f))), Face);

        Assert.True(look.Blur > 0.04f);
    }

    [Fact]
    public void Measure_HalfOutside_SaysHowMuch() =>
        Assert.Equal(0.5f, FaceLook.Measure(Checks(1), [.. Face.Select(p => p - new Vector3(250, 0, 0))]).Outside, 0.05f);

    [Fact]
    public void Measure_ClothOverTheMouth_IsUnlikeTheSkin()
    {
        var covered = Checks(1);
        for (int y = 300; y < 400; y++)
        {
            for (int x = 200; x < 300; x++)
                (covered.Pixels[3 * (500 * y + x)], covered.Pixels[3 * (500 * y + x) + 1], covered.Pixels[3 * (500 * y + x) + 2]) = (40, 90, 200);
        }

        var (bare, cloth) = (FaceLook.Measure(Checks(1), Face), FaceLook.Measure(covered, Face));

        Assert.True(cloth.Patches[3 * 15] > bare.Patches[3 * 15] + 1); // mouth
        Assert.Equal(bare.Patches[0], cloth.Patches[0], 0.2f); // cheekbone
    }

    // Skin with darker blocks: sharp edges all over.
    private static RgbImage Checks(float light) =>
        Picture(500, 500, (x, y) => new Vector3(190, 140, 115) * (light * ((x / 23 + y / 29) % 2 == 0 ? 1 : 0.65f)));

    private static RgbImage Picture(int width, int height, Func<int, int, Vector3> color)
    {
        var image = new RgbImage(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var value = color(x, y);
                for (int channel = 0; channel < 3; channel++)
                    image.Pixels[3 * (y * width + x) + channel] = (byte)MathF.Round(value[channel]);
            }
        }

        return image;
    }
}
