namespace Selfie3D.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public void Version_Asked_IsTheOnlyOutput()
    {
        var result = Command.Selfie3D("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+\s*$", result.Output);
    }

    [Fact]
    public void Help_Asked_NamesEveryOption()
    {
        var result = Command.Selfie3D("reconstruct", "--help");

        Assert.Equal(0, result.ExitCode);
        foreach (string option in new[] { "--out", "--format", "--face", "--all-faces", "--pupil-distance", "--texture-size", "--triangles", "--lods", "--turntable", "--json", "--threads" })
            Assert.Contains(option, result.Output);
    }

    [Fact]
    public void NoArguments_ShowsHelp_AndIsAUsageError()
    {
        var result = Command.Selfie3D();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("reconstruct", result.Output);
    }

    [Theory]
    [InlineData("--out", "reconstruct", "photo.jpg")]
    [InlineData("photo", "reconstruct", "--out", "x")]
    [InlineData("bogus", "bogus")]
    [InlineData("xyz", "reconstruct", "photo.jpg", "--out", "x", "--format", "glb,xyz")]
    [InlineData("left,top,width,height", "reconstruct", "photo.jpg", "--out", "x", "--face", "1,2,3")]
    [InlineData("left,top,width,height", "reconstruct", "photo.jpg", "--out", "x", "--face", "1,2,-3,4")]
    [InlineData("512 to 4096", "reconstruct", "photo.jpg", "--out", "x", "--texture-size", "5000")]
    [InlineData("512 to 4096", "reconstruct", "photo.jpg", "--out", "x", "--texture-size", "large")]
    [InlineData("millimetres", "reconstruct", "photo.jpg", "--out", "x", "--pupil-distance", "six")]
    [InlineData("millimetres", "reconstruct", "photo.jpg", "--out", "x", "--pupil-distance", "6300")]
    [InlineData("at least 200", "reconstruct", "photo.jpg", "--out", "x", "--triangles", "100")]
    [InlineData("at least 200", "reconstruct", "photo.jpg", "--out", "x", "--triangles", "few")]
    [InlineData("threads", "reconstruct", "photo.jpg", "--out", "x", "--threads", "many")]
    [InlineData("exclude", "reconstruct", "photo.jpg", "--out", "x", "--face", "1,2,3,4", "--all-faces")]
    public void WrongArguments_AreNamed_AndEndWithTwo(string words, params string[] arguments)
    {
        var result = Command.Selfie3D(arguments).WithoutStackTrace();

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(words, result.Errors);
        Assert.Contains("--help", result.Errors);
        Assert.Empty(result.Output);
    }
}
