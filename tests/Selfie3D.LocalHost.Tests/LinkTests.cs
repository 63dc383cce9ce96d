using System.Net;
using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.LoadTest;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Tests;

/// <summary>What a link can do, and everything it cannot.</summary>
public sealed class LinkTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UploadLink_CanCreateOnce_AndNothingElse()
    {
        await using var host = await TestHost.StartAsync(storage, options => options with { WatchInterval = TimeSpan.FromHours(1) });
        var (id, url) = await host.NewUploadAsync();
        var (other, _) = await host.NewUploadAsync();

        Assert.Equal(HttpStatusCode.Created, (await host.PutAsync(url, TestPhoto.Disc())).StatusCode);
        var again = await host.PutAsync(url, TestPhoto.Disc());
        Assert.True(again.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Conflict, $"overwriting: {again.StatusCode}");
        await RefusedAsync(host, HttpMethod.Get, url);
        await RefusedAsync(host, HttpMethod.Delete, url);
        await RefusedAsync(host, HttpMethod.Put, Replace(url, id, other));
        await RefusedAsync(host, HttpMethod.Get, new Uri(url.ToString().Replace($"/{id}?", "?restype=container&comp=list&", StringComparison.Ordinal)));
        await RefusedAsync(host, HttpMethod.Put, new Uri(url + "&comp=properties"));
        await RefusedAsync(host, HttpMethod.Put, new Uri(url + "&comp=appendblock"));
    }

    [Fact]
    public async Task ResultLink_CanReadItsBlob_AndNothingElse()
    {
        await using var host = await TestHost.StartAsync(storage);
        var mine = await host.DoneAsync(TestPhoto.Disc());
        var theirs = await host.DoneAsync(TestPhoto.Disc());
        var url = mine.Results[0].Url;

        using (var read = await host.Http.GetAsync(url, Cancel))
        {
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            Assert.Equal("head.glb", read.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        }

        await RefusedAsync(host, HttpMethod.Get, Replace(url, mine.Id, theirs.Id));
        await RefusedAsync(host, HttpMethod.Get, Replace(url, "head.glb", "head.ply"));
        await RefusedAsync(host, HttpMethod.Get, Replace(url, host.Prefix + "results", host.Prefix + "jobs"));
        await RefusedAsync(host, HttpMethod.Put, url);
        await RefusedAsync(host, HttpMethod.Delete, url);
        await RefusedAsync(host, HttpMethod.Get, new Uri(url.ToString().Replace($"/{mine.Id}/head.glb?", "?restype=container&comp=list&", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Link_ExpiredOrTampered_IsRefused()
    {
        await using var host = await TestHost.StartAsync(storage);
        var status = await host.DoneAsync(TestPhoto.Disc());
        var links = host.Services.GetRequiredService<LinkIssuer>();
        var expired = await links.ResultAsync(status.Id, "glb", DateTimeOffset.UtcNow.AddSeconds(-30), null, Cancel);
        var good = status.Results[0].Url;
        string text = good.ToString();

        await RefusedAsync(host, HttpMethod.Get, expired);
        await RefusedAsync(host, HttpMethod.Get, new Uri(text.Replace("sp=r", "sp=rwdl", StringComparison.Ordinal)));
        await RefusedAsync(host, HttpMethod.Get, new Uri(System.Text.RegularExpressions.Regex.Replace(text, "se=[^&]*", "se=2099-01-01T00%3A00%3A00Z")));
        char last = text[text.IndexOf("sig=", StringComparison.Ordinal) + 4];
        await RefusedAsync(host, HttpMethod.Get, new Uri(text.Replace("sig=" + last, "sig=" + (last == 'A' ? 'B' : 'A'), StringComparison.Ordinal)));
        using var unsigned = await host.Http.GetAsync(new Uri(good.GetLeftPart(UriPartial.Path)), Cancel);
        Assert.False(unsigned.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Links_AskForNoMoreThanTheyNeed()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (id, upload) = await host.NewUploadAsync();
        var result = await host.Services.GetRequiredService<LinkIssuer>().ResultAsync(id, "glb", DateTimeOffset.UtcNow.AddHours(1), null, Cancel);

        var (put, get) = (new BlobUriBuilder(upload).Sas, new BlobUriBuilder(result).Sas);

        Assert.Equal(("c", "b"), (put.Permissions, put.Resource));
        Assert.Equal(("r", "b"), (get.Permissions, get.Resource));
        Assert.InRange(put.ExpiresOn, DateTimeOffset.UtcNow.AddMinutes(14), DateTimeOffset.UtcNow.AddMinutes(15.1));
        Assert.Equal(SasProtocol.HttpsAndHttp, put.Protocol); // the emulator has no TLS
    }

    private static Uri Replace(Uri url, string old, string other) => new(url.ToString().Replace($"/{old}", $"/{other}", StringComparison.Ordinal));

    private static async Task RefusedAsync(TestHost host, HttpMethod method, Uri url)
    {
        using var request = new HttpRequestMessage(method, url);
        if (method == HttpMethod.Put)
        {
            request.Content = new ByteArrayContent([1, 2, 3]);
            request.Headers.Add("x-ms-blob-type", "BlockBlob");
        }

        using var answer = await host.Http.SendAsync(request, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{method} {url}: {(int)answer.StatusCode}");
    }
}
