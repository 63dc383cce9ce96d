namespace Selfie3D.Cli.Tests;

public sealed class OutputNamesTests
{
    [Fact]
    public void ForPhoto_Repeated_CountsUp()
    {
        var names = new OutputNames();

        Assert.Equal(["a", "A_2", "a_3", "b", "b-1", "b-1_2"],
            [names.ForPhoto("x/a.jpg"), names.ForPhoto("y/A.png"), names.ForPhoto("z/a.webp"), names.ForPhoto("b.jpg"), names.ForFace("b", 1), names.ForPhoto("b-1.jpg")]);
    }
}
