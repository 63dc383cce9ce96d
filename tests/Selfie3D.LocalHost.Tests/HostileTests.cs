using System.Net;
using System.Net.Sockets;
using System.Text;
using Selfie3D.LoadTest;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Input that means harm, over real HTTP.</summary>
public sealed class HostileTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostSelfie_NoPhotoOrMoreThanOne_IsRefusedAtOnce()
    {
        await using var host = await TestHost.StartAsync(storage);
        byte[] photo = TestPhoto.Disc();
        byte[][] bodies =
        [
            [], "PK\u0003\u0004 and more of an archive"u8.ToArray(), "<svg xmlns='http://www.w3.org/2000/svg'></svg>"u8.ToArray(),
            "<!doctype html><title>photo.jpg</title>"u8.ToArray(), [.. photo, .. "<html><script>alert(1)</script>"u8],
            [.. photo, .. "PK\u0003\u0004"u8, .. new byte[30], .. "PK\u0005\u0006"u8, .. new byte[18]],
        ];

        foreach (byte[] body in bodies)
        {
            using var answer = await host.PostAsync(body);
            Assert.Equal((400, ErrorCodes.UnreadableImage), await TestHost.ProblemAsync(answer));
        }

        Assert.Empty(await storage.BlobsAsync(host.Prefix));
    }

    [Fact]
    public async Task Upload_PolyglotThroughTheLink_FailsAndIsDeleted()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (id, url) = await host.NewUploadAsync();
        using var stored = await host.PutAsync(url, [.. TestPhoto.Disc(), .. "<html><script>alert(1)</script>"u8]);

        await TestHost.EventuallyAsync(async () => (await host.Client.GetAsync(id, Cancel)).Error?.Code == ErrorCodes.UnreadableImage, "the job fails");
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, id)).Count == 1, "the photo is gone");
    }

    [Fact]
    public async Task Upload_LargerThanAllowedThroughTheLink_FailsWithoutBeingRead()
    {
        await using var host = await TestHost.StartAsync(storage, service: options => options with { MaxUploadBytes = 50_000 });
        var (id, url) = await host.NewUploadAsync();
        using var stored = await host.PutAsync(url, [.. TestPhoto.Disc(), .. new byte[100_000]]);

        await TestHost.EventuallyAsync(async () => (await host.Client.GetAsync(id, Cancel)).Error?.Code == ErrorCodes.ImageTooLarge, "the job fails");
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, id)).Count == 1, "the photo is gone");
    }

    [Fact]
    public async Task PostSelfie_WithoutLength_IsTakenUpToTheLimit()
    {
        await using var host = await TestHost.StartAsync(storage, service: options => options with { MaxUploadBytes = 200_000 });
        byte[] photo = TestPhoto.Disc();

        Assert.Equal(HttpStatusCode.Accepted, (await SendChunkedAsync(host, photo)).StatusCode);
        Assert.Equal((413, ErrorCodes.ImageTooLarge), await TestHost.ProblemAsync(await SendChunkedAsync(host, [.. photo, .. new byte[400_000]])));
    }

    [Fact]
    public async Task PostSelfie_AnnouncesTooMuch_IsCutOffBeforeTheBody()
    {
        await using var host = await TestHost.StartAsync(storage);

        string answer = await RawAsync(host, "POST /api/selfies HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000000\r\n\r\n", TimeSpan.FromSeconds(5));

        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains(ErrorCodes.ImageTooLarge, answer);
        Assert.Contains("Connection: close", answer);
    }

    [Fact]
    public async Task PostSelfie_BodyThatTrickles_IsCutOff()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (client, stream) = await ConnectAsync(host);
        using (client)
        {
            await stream.WriteAsync("POST /api/selfies HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"u8.ToArray(), Cancel);
            byte[] photo = TestPhoto.Disc();
            var answer = ReadAsync(stream, TimeSpan.FromSeconds(40));
            try
            {
                for (int i = 0; i < 200 && !answer.IsCompleted; i++)
                {
                    await stream.WriteAsync(photo.AsMemory(i, 1), Cancel);
                    await Task.Delay(200, Cancel);
                }
            }
            catch (IOException)
            {
                // Cut off.
            }

            Assert.Matches("^(HTTP/1.1 4|$)", await answer);
        }

        await host.Client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel); // the next one is served
    }

    [Theory]
    [InlineData("/api/selfies/..%2f..%2fjobs")]
    [InlineData("/api/selfies/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/api/selfies/0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("/api/selfies/0123456789abcdef0123456789abcdef%00")]
    [InlineData("/api/selfies/0123456789abcdef0123456789abcdef?x=%ff%fe")]
    [InlineData("/..%2f..%2f..%2fetc/passwd")]
    [InlineData("/api/nothing")]
    public async Task Get_PathTricks_FindNothing(string path)
    {
        await using var host = await TestHost.StartAsync(storage);
        string answer = await RawAsync(host, $"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", TimeSpan.FromSeconds(20));
        Assert.Matches("^HTTP/1.1 40[04]", answer);
    }

    [Theory]
    [InlineData("?pupilDistanceMm=7", "bad-request")]
    [InlineData("?pupilDistanceMm=NaN", "bad-request")]
    [InlineData("?pupilDistanceMm=wide", "bad-request")]
    [InlineData("?callbackUrl=https://127.0.0.1/x", "callback-refused")]
    [InlineData("?callbackUrl=http://example.com/x", "callback-refused")]
    [InlineData("?callbackUrl=https://169.254.169.254/latest/meta-data", "callback-refused")]
    [InlineData("?callbackUrl=nonsense", "callback-refused")]
    public async Task Post_WrongParameter_IsRefused(string query, string code)
    {
        await using var host = await TestHost.StartAsync(storage);
        using var selfie = await host.PostAsync(TestPhoto.Disc(), query);
        using var upload = await host.Http.PostAsync(host.Api("uploads" + query), null, Cancel);
        Assert.Equal((400, code), await TestHost.ProblemAsync(selfie));
        Assert.Equal((400, code), await TestHost.ProblemAsync(upload));
    }

    [Fact]
    public async Task MutatedPhotos_EndInAHeadOrACode()
    {
        await using var bench = new Bench();
        await bench.StartStorageAsync();

        var report = await MutationRun.RunAsync(bench, 30);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal((30, 0), (report.Endings.Values.Sum(), report.ServerErrors));
        Assert.DoesNotContain(report.Endings.Keys, code => code is "internal-error" or "storage-unavailable" or "http-error");
    }

    private static async Task<HttpResponseMessage> SendChunkedAsync(TestHost host, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Api("selfies")) { Content = new ByteArrayContent(body) };
        request.Headers.TransferEncodingChunked = true;
        return await host.Http.SendAsync(request, Cancel);
    }

    private static async Task<(TcpClient, NetworkStream)> ConnectAsync(TestHost host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(host.Url.Host, host.Url.Port, Cancel);
        return (client, client.GetStream());
    }

    private static async Task<string> RawAsync(TestHost host, string request, TimeSpan patience)
    {
        var (client, stream) = await ConnectAsync(host);
        using (client)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Cancel);
            return await ReadAsync(stream, patience);
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, TimeSpan patience)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        end.CancelAfter(patience);
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, end.Token);
        }
        catch (IOException)
        {
            // The host hung up.
        }

        return Encoding.ASCII.GetString(answer.ToArray());
    }
}
