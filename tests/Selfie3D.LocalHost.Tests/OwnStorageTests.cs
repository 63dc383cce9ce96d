using System.Net;
using System.Net.Sockets;
using System.Text;
using Selfie3D.LoadTest;
using Selfie3D.LocalHost.Storage;

namespace Selfie3D.LocalHost.Tests;

/// <summary>The host with its own emulator behind its gate.</summary>
public sealed class OwnStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-own-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public OwnStorageTests(StorageFixture storage)
    {
        Assert.NotNull(storage); // it has installed the emulator
        ShareInstallation();
    }

    [Fact]
    public async Task Host_AloneOnTheMachine_ServesAndBoundsAndRemembers()
    {
        string id;
        await using (var host = await StartAsync())
        {
            var job = await host.Client.UploadAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel);
            var status = await host.Client.WaitAsync(job.Id, cancel: Cancel);
            id = job.Id;
            Assert.All(status.Results, file => Assert.Equal(host.Url.Authority, file.Url.Authority)); // through the host, never to the emulator
            var glb = new MemoryStream();
            await host.Client.DownloadAsync(status, "glb", glb, Cancel);
            Assert.Equal(status.Results[0].Bytes, glb.Length);

            await UploadsAreBoundedAsync(host);
            await NothingElsePassesAsync(host, status.Results[0].Url, id);
        }

        await using (var again = await StartAsync())
            Assert.Equal("done", (await again.Client.GetAsync(id, Cancel)).State);
    }

    [Fact]
    public async Task KilledHost_TakesItsEmulatorAlong_AndTheNextOneGoesOn()
    {
        await using var host = new HostProcess(["--data", _folder, "--models", TestHost.StubModels], new Dictionary<string, string>());
        host.Start();
        await host.ReadyAsync();
        string id;
        using (var client = Bench.Client(host))
            id = (await client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel)).Id;
        int emulator = int.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "storage", "azurite.pid"), Cancel), System.Globalization.CultureInfo.InvariantCulture);

        await host.KillAsync();
        host.Start();
        await host.ReadyAsync();

        using var second = Bench.Client(host);
        Assert.Equal("done", (await second.WaitAsync(id, cancel: Cancel)).State);
        Assert.False(IsRunning(emulator));
    }

    // The emulator may be writing its last lines while it ends.
    public void Dispose()
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(_folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(250);
            }
        }
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    // The tests' own installation is used; installing takes a minute each time.
    private void ShareInstallation()
    {
        foreach (string installation in Directory.GetDirectories(Bench.Home, "azurite-????????????"))
            Directory.CreateSymbolicLink(Path.Combine(_folder, Path.GetFileName(installation)), installation);
    }

    private Task<TestHost> StartAsync() => TestHost.StartAsync(null, options => options with { DataFolder = _folder }, prefix: "");

    private static async Task UploadsAreBoundedAsync(TestHost host)
    {
        var (_, url) = await host.NewUploadAsync();
        string head = $"PUT {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\nx-ms-blob-type: BlockBlob\r\n";
        Assert.StartsWith("HTTP/1.1 413", await RawAsync(host, head + "Content-Length: 200000000000\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 411", await RawAsync(host, head + "Transfer-Encoding: chunked\r\n\r\n"));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.PutAsync(new Uri(url + "&comp=block&blockid=AAAA"), new byte[10])).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await host.PutAsync(url, TestPhoto.Disc())).StatusCode);
    }

    private static async Task NothingElsePassesAsync(TestHost host, Uri result, string id)
    {
        foreach (var url in new[]
        {
            new Uri(host.Url, $"{AzuriteProcess.Account}?comp=list"),
            new Uri(host.Url, $"{AzuriteProcess.Account}/jobs/{id}?sig=x"),
            new Uri(host.Url, $"{AzuriteProcess.Account}/results/{id}/head.glb"),
            new Uri(host.Url, $"{AzuriteProcess.Account}/results?restype=container&comp=list&sig=x"),
            new Uri(host.Url, $"{AzuriteProcess.Account}/results/..%2fjobs/{id}?sig=x"),
            new Uri(result.ToString().Replace("head.glb", "head.ply", StringComparison.Ordinal)),
        })
        {
            using var answer = await host.Http.GetAsync(url, Cancel);
            Assert.True(answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{url}: {answer.StatusCode}");
        }
    }

    private static async Task<string> RawAsync(TestHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Url.Host, host.Url.Port, Cancel);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
        var buffer = new byte[64];
        int read = await client.GetStream().ReadAtLeastAsync(buffer, 12, false, Cancel);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
