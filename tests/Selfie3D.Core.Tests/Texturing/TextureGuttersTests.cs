using Selfie3D.Imaging;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class TextureGuttersTests
{
    [Fact]
    public void Fill_TwoCharts_GiveTheirColorsToWhatIsNearer()
    {
        const int Size = 64;
        var texture = new RgbImage(Size, Size);
        var filled = new bool[Size * Size];
        Chart(4, 20, 200);
        Chart(40, 60, 90);
        TextureGutters.Fill(texture, filled, 4, new ParallelOptions { MaxDegreeOfParallelism = 2 });
        Assert.All(filled, Assert.True);
        for (var x = 0; x < 24; x++) Assert.Equal(200, texture.Pixels[3 * (10 * Size + x)]);
        for (var x = 36; x < Size; x++) Assert.Equal(90, texture.Pixels[3 * (10 * Size + x)]);
        for (var k = 0; k < filled.Length; k++) Assert.InRange(texture.Pixels[3 * k], 90, 200);

        void Chart(int left, int right, byte red)
        {
            for (var y = 4; y < 30; y++)
                for (var x = left; x < right; x++)
                {
                    texture.Pixels[3 * (y * Size + x)] = red;
                    filled[y * Size + x] = true;
                }
        }
    }
}
