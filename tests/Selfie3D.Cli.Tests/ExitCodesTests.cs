namespace Selfie3D.Cli.Tests;

public sealed class ExitCodesTests
{
    [Theory]
    [InlineData(0, 3, 3)]
    [InlineData(4, 3, 4)]
    [InlineData(1, 4, 1)]
    [InlineData(0, 0, 0)]
    public void Worse_OfTwo_IsTheWorse(int a, int b, int worse)
    {
        Assert.Equal(worse, ExitCodes.Worse(a, b));
        Assert.Equal(worse, ExitCodes.Worse(b, a));
    }
}
