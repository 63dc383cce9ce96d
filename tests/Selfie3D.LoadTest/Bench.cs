using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.Client;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LoadTest;

/// <summary>What the runs need: an emulator of their own, settings of the host, a photo.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-load-").FullName;
    private readonly (int, int) _ports = (AzuriteProcess.FreePort(), AzuriteProcess.FreePort());

    /// <summary>Folder with the models; the stub models by default.</summary>
    public string Models { get; init; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    /// <summary>What is uploaded.</summary>
    public byte[] Photo { get; init; } = TestPhoto.Disc();

    public int Workers { get; init; } = 1;

    /// <summary>Small heads, where the work around them is what counts.</summary>
    public bool Small { get; init; } = true;

    public AzuriteProcess Azurite { get; private set; } = null!;

    public static string RepoRoot { get; } = typeof(Bench).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    /// <summary>Where the emulator is installed: the user's folder, so that it is installed once.</summary>
    public static string Home { get; } = new LocalHost.LocalHostOptions().Data;

    public async Task StartStorageAsync() =>
        Azurite = await AzuriteProcess.StartAsync(Home, NullLogger.Instance, CancellationToken.None, Path.Combine(_folder, "storage"), _ports).ConfigureAwait(false);

    public HostProcess Host(IReadOnlyDictionary<string, string>? more = null)
    {
        var environment = new Dictionary<string, string>(more ?? new Dictionary<string, string>())
        {
            ["Selfie3D__PostsPerMinute"] = "0",
            ["Selfie3D__ReadsPerMinute"] = "0",
            ["Selfie3D__MessageVisibility"] = "00:00:05",
        };
        if (Small)
        {
            environment["Selfie3D__VolumeSize"] = "64";
            environment["Selfie3D__TextureSize"] = "256";
        }

        return new HostProcess(["--connection", Azurite.ConnectionString, "--models", Models, "--workers", $"{Workers}"], environment);
    }

    public static SelfieClient Client(HostProcess host) => new(host.Url);

    /// <summary>Every blob in the emulator that belongs to a job, by container.</summary>
    public async Task<IReadOnlyList<string>> BlobsAsync(params string[] containers)
    {
        var names = new List<string>();
        foreach (string container in containers)
        {
            await foreach (var blob in StorageClients.FromConnectionString(Azurite.ConnectionString).Blobs.GetBlobContainerClient(container).GetBlobsAsync().ConfigureAwait(false))
                names.Add($"{container}/{blob.Name}");
        }

        return names;
    }

    /// <summary>Jobs whose work was begun more than once.</summary>
    public async Task<int> ResumedAsync()
    {
        int resumed = 0;
        var container = StorageClients.FromConnectionString(Azurite.ConnectionString).Blobs.GetBlobContainerClient("jobs");
        await foreach (var blob in container.GetBlobsAsync().ConfigureAwait(false))
        {
            var content = await container.GetBlobClient(blob.Name).DownloadContentAsync().ConfigureAwait(false);
            resumed += content.Value.Content.ToObjectFromJson<JobRecord>(ServiceJson.Options)!.Tries > 1 ? 1 : 0;
        }

        return resumed;
    }

    public async ValueTask DisposeAsync()
    {
        if (Azurite is not null)
            await Azurite.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(_folder, recursive: true);
    }
}
