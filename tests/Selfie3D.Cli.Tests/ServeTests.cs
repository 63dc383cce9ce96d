namespace Selfie3D.Cli.Tests;

/// <summary>The service behind the command is tested with the host; here only what the command adds.</summary>
public sealed class ServeTests
{
    [Fact]
    public void Help_NamesEveryOption()
    {
        var result = Command.Selfie3D("serve", "--help");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        foreach (string option in new[] { "--url", "--workers", "--data", "--connection", "--account", "--origin", "--site", "--models" })
            Assert.Contains(option, result.Output);
    }

    [Fact]
    public void WrongConnection_IsSaid()
    {
        var result = Command.Selfie3D("serve", "--connection", "nonsense").WithoutStackTrace();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("connection string", result.Errors);
    }

    [Fact]
    public void UnknownOption_IsUsage()
    {
        var result = Command.Selfie3D("serve", "--nothing").WithoutStackTrace();
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("selfie3d serve --help", result.Errors);
    }
}
