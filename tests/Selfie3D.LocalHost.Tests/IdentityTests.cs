using System.Net;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Azure.Storage.Sas;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.LoadTest;

namespace Selfie3D.LocalHost.Tests;

/// <summary>An account without shared keys: the host enters with an identity, and links are signed with a user delegation key.</summary>
public sealed class IdentityTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Identity_JobRuns_AndLinksReachTheirBlobAlone()
    {
        await using var storage = await IdentityStorage.StartAsync(Cancel);
        await using var host = await TestHost.StartAsync(null, options => options with { ConnectionString = "UseDevelopmentStorage=true" },
            services: services => services.AddSingleton(storage.Blobs).AddSingleton(storage.Queues));
        Assert.False(host.Services.GetRequiredService<BlobServiceClient>().CanGenerateAccountSasUri, "the host holds a key");

        var (id, upload) = await host.NewUploadAsync();
        using (var put = await PutAsync(storage.Http, upload, TestPhoto.Disc()))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        var done = await host.Client.WaitAsync(id, cancel: Cancel);

        Assert.NotEmpty(done.Results);
        foreach (var result in done.Results)
        {
            Assert.Contains("skoid=", result.Url.Query, StringComparison.Ordinal); // signed on behalf of an identity, not by a key
            Assert.Equal(SasProtocol.Https, new BlobUriBuilder(result.Url).Sas.Protocol);
            using var read = await storage.Http.GetAsync(result.Url, Cancel);
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            Assert.Equal(result.Bytes, (await read.Content.ReadAsByteArrayAsync(Cancel)).Length);
        }

        var link = done.Results[0].Url;
        using var overwritten = await PutAsync(storage.Http, link, [1]);
        Assert.Equal(HttpStatusCode.Forbidden, overwritten.StatusCode);
        using var other = await storage.Http.GetAsync(new Uri(link.ToString().Replace("head.glb", "head.ply", StringComparison.Ordinal)), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, other.StatusCode);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient http, Uri url, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        return http.SendAsync(request, Cancel);
    }
}
