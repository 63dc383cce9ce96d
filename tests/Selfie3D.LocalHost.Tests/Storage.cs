using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.LocalHost.Storage;
using Selfie3D.LocalHost.Tests;

[assembly: AssemblyFixture(typeof(StorageFixture))]

namespace Selfie3D.LocalHost.Tests;

/// <summary>One real Azurite for all tests; each test has containers and queues of its own in it.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-tests-").FullName;

    public AzuriteProcess Azurite { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Azurite = await AzuriteProcess.StartAsync(new LocalHostOptions().Data, NullLogger.Instance, CancellationToken.None, _folder);

    public async ValueTask DisposeAsync()
    {
        await Azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Names of all blobs of a prefix that hold a text.</summary>
    public async Task<List<string>> BlobsAsync(string prefix, string text = "")
    {
        var names = new List<string>();
        var account = new BlobServiceClient(Azurite.ConnectionString);
        foreach (string container in new[] { "jobs", "uploads", "work", "results" })
        {
            await foreach (var blob in account.GetBlobContainerClient(prefix + container).GetBlobsAsync())
            {
                if (blob.Name.Contains(text, StringComparison.Ordinal))
                    names.Add($"{container}/{blob.Name}");
            }
        }

        return names;
    }
}
