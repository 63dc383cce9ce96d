using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.LocalHost;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service;

namespace Selfie3D.Site.Tests;

/// <summary>The page, the API and the storage account each at an origin of its own, as in Azure; CORS lets the page's origin in and nobody else.</summary>
public sealed class ThreeOrigins : IAsyncDisposable
{
    private readonly string _folder;
    private readonly AzuriteProcess _storage;
    private readonly LocalHostApp _api;
    private readonly ElsewhereHost _page;

    private ThreeOrigins(string folder, AzuriteProcess storage, LocalHostApp api, ElsewhereHost page) => (_folder, _storage, _api, _page) = (folder, storage, api, page);

    public Uri Page => _page.Url;

    public Uri Api => _api.Url;

    public Uri Storage => new(_storage.BlobEndpoint.GetLeftPart(UriPartial.Authority) + "/");

    public static async Task<ThreeOrigins> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("selfie3d-origins-").FullName;
        int port = SiteFixture.FreePort();
        string origin = $"http://localhost:{port}";
        var storage = await AzuriteProcess.StartAsync(new LocalHostOptions().Data, NullLogger.Instance, CancellationToken.None, Path.Combine(folder, "storage"));
        var account = new BlobServiceClient(storage.ConnectionString);
        var properties = (await account.GetPropertiesAsync()).Value;
        // The least that docs/page.md asks for.
        properties.Cors = [new BlobCorsRule { AllowedOrigins = origin, AllowedMethods = "GET,HEAD,PUT", AllowedHeaders = "content-type,x-ms-blob-type", ExposedHeaders = "", MaxAgeInSeconds = 3600 }];
        await account.SetPropertiesAsync(properties);
        var api = await LocalHostApp.StartAsync(
            new LocalHostOptions
            {
                Url = "http://127.0.0.1:0",
                ConnectionString = storage.ConnectionString,
                ModelFolder = Path.Combine(SiteFixture.RepoRoot, "models"),
                AllowedOrigins = origin,
                Service = new ServiceOptions { PostsPerMinute = 0, ReadsPerMinute = 0 },
            },
            CancellationToken.None, builder => builder.Logging.ClearProviders());
        var page = await ElsewhereHost.StartAsync(port, SiteFixture.SiteFolder, api.Url, storage.BlobEndpoint, Path.Combine(folder, "page"));
        return new ThreeOrigins(folder, storage, api, page);
    }

    /// <summary>The origin that the API lets in when a page of this one calls it.</summary>
    public async Task<string?> AllowedAsync(Uri origin)
    {
        using var http = new HttpClient();
        using var call = new HttpRequestMessage(HttpMethod.Get, new Uri(Api, "api/health"));
        call.Headers.Add("Origin", origin.GetLeftPart(UriPartial.Authority));
        using var answer = await http.SendAsync(call);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync();
        await _api.DisposeAsync();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
