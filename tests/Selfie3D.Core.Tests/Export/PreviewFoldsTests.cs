using Selfie3D.Export;

namespace Selfie3D.Tests.Export;

public sealed class PreviewFoldsTests
{
    private const int Size = 200;
    private const float Focal = 900; // a metre away, 200 samples are 22 cm

    [Fact]
    public void LightAt_Wall_IsFull()
    {
        var folds = Folds(_ => 1);
        for (var x = 30; x < Size - 30; x += 10) Assert.Equal(1, folds.LightAt(x, 100), 1e-3f);
    }

    [Fact]
    public void LightAt_Groove_IsDarkOnlyAtItsBottom()
    {
        // 45 degrees down to the middle of the picture, and up again.
        var folds = Folds(x => 1.1f - MathF.Abs(x - Size / 2f) / Focal);
        Assert.True(folds.LightAt(101, 100) < 0.8f, $"{folds.LightAt(101, 100)}");
        Assert.True(folds.LightAt(160, 100) > 0.97f, $"{folds.LightAt(160, 100)}");
    }

    [Fact]
    public void LightAt_Ridge_IsFull()
    {
        var folds = Folds(x => 0.9f + MathF.Abs(x - Size / 2f) / Focal);
        Assert.True(folds.LightAt(101, 100) > 0.93f, $"{folds.LightAt(101, 100)}");
    }

    [Fact]
    public void LightAt_BesideTheHead_IsFull() => Assert.Equal(1, new PreviewFolds(new float[Size * Size], Size, Focal).LightAt(10, 10));

    private static PreviewFolds Folds(Func<int, float> distance)
    {
        var near = new float[Size * Size];
        for (var k = 0; k < near.Length; k++) near[k] = 1 / distance(k % Size);
        return new PreviewFolds(near, Size, Focal);
    }
}
