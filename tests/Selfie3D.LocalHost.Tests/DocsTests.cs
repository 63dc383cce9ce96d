using System.Diagnostics;
using System.Text.RegularExpressions;
using Selfie3D.Client;
using Selfie3D.LoadTest;

namespace Selfie3D.LocalHost.Tests;

/// <summary>The examples of docs/service.md, run as they stand there.</summary>
public sealed partial class DocsTests(StorageFixture storage) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-docs-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Document { get; } = File.ReadAllText(Path.Combine(TestHost.RepoRoot, "docs", "service.md"));

    [Fact]
    public async Task CurlExamples_RunAsTheyStand()
    {
        await using var host = await TestHost.StartAsync(storage);
        WritePhoto();
        string[] blocks = [.. Bash().Matches(Document).Select(match => match.Groups[1].Value)];
        Assert.Equal(5, blocks.Length);
        // The head is looked at before it is deleted.
        string script = "set -euo pipefail\n" + string.Join("test -s head.glb || true\n", blocks[..3]) + "cp head.glb kept.glb\n" + blocks[3] + blocks[4];

        var (code, output) = await RunAsync(script.Replace("http://localhost:5080/", host.Url.ToString(), StringComparison.Ordinal));

        Assert.True(code == 0, output);
        byte[] head = await File.ReadAllBytesAsync(Path.Combine(_folder, "kept.glb"), Cancel);
        Assert.Equal("glTF"u8.ToArray(), head[..4]);
        Assert.Contains("\"state\":\"done\"", await File.ReadAllTextAsync(Path.Combine(_folder, "status.json"), Cancel));
        Assert.Contains("\"state\":\"", output);
        Assert.DoesNotContain("Error", output);
    }

    [Fact]
    public async Task ClientExample_RunsAsItStands()
    {
        await using var host = await TestHost.StartAsync(storage);
        WritePhoto();
        string photo = Path.Combine(_folder, "samples", "selfie.jpg"), glb = Path.Combine(_folder, "head.glb");

        using var client = new SelfieClient(host.Url);
        var job = await client.UploadAsync(photo, cancel: Cancel);
        var status = await client.WaitAsync(job.Id, cancel: Cancel);
        await client.DownloadAsync(status, "glb", glb, Cancel);
        await client.DeleteAsync(job.Id, Cancel);

        Assert.True(new FileInfo(glb).Length > 1000);
        foreach (string call in new[] { "new SelfieClient(", "client.UploadAsync(", "client.WaitAsync(job.Id)", "client.DownloadAsync(status, \"glb\",", "client.DeleteAsync(job.Id)" })
            Assert.Contains(call, Document);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void WritePhoto()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "samples"));
        File.WriteAllBytes(Path.Combine(_folder, "samples", "selfie.jpg"), TestPhoto.Disc());
    }

    private async Task<(int Code, string Output)> RunAsync(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["NO_PROXY"] = "127.0.0.1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancel);
        string output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output + await errors);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Bash();
}
