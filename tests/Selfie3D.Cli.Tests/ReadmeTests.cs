using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Selfie3D.Cli.Tests;

/// <summary>The README's first command, as a newcomer would type it.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void FirstCommand_OnTheSample_WritesAWatertightHead()
    {
        string command = FirstBlock().Match(File.ReadAllText(Path.Combine(Command.RepoRoot, "README.md"))).Groups[1].Value.Trim();
        Assert.StartsWith("dotnet run --project src/Selfie3D.Cli", command);
        using var folder = new TemporaryFolder();
        string output = folder.Path("out"), log = folder.Path("log.txt");
        command = OutOption().Replace(command, $"--out '{output}'");

        // Into a file, because build servers that stay behind would hold a pipe open.
        var start = new ProcessStartInfo("bash", ["-c", $"{command} > '{log}' 2>&1 < /dev/null"]) { WorkingDirectory = Command.RepoRoot };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, File.ReadAllText(log));
        Assert.Equal(["selfie.glb", "selfie.json", "selfie.mtl", "selfie.obj", "selfie.ply", "selfie.png", "selfie.stl", "selfie_texture.jpg"], folder.Files("out"));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "selfie.json")));
        Assert.True(json.RootElement.GetProperty("mesh").GetProperty("watertight").GetBoolean());
        Assert.InRange(json.RootElement.GetProperty("mesh").GetProperty("heightMm").GetDouble(), 180, 380);
    }

    [GeneratedRegex(@"```sh\s+(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstBlock();

    [GeneratedRegex(@"--out \S+")]
    private static partial Regex OutOption();
}
