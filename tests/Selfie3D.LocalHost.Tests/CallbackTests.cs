using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Selfie3D.LoadTest;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service.Callbacks;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Callbacks to a receiver on loopback, which the operator trusts.</summary>
public sealed class CallbackTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task End_IsToldSigned_AndToldAgainUntilItIsHeard()
    {
        using var receiver = new Receiver(call => call == 0 ? (500, null) : (200, null));
        await using var host = await StartAsync("127.0.0.1");

        var (id, secret) = await PostAsync(host, receiver.Url);
        await TestHost.EventuallyAsync(() => Task.FromResult(receiver.Calls.Count >= 2), "two tries");

        var (body, signature) = receiver.Calls.Last();
        using var json = JsonDocument.Parse(body);
        Assert.Equal((id, "done"), (json.RootElement.GetProperty("id").GetString(), json.RootElement.GetProperty("state").GetString()));
        Assert.Equal(7, json.RootElement.GetProperty("results").GetArrayLength());
        string time = signature.Split(',')[0][2..], hash = signature.Split(',')[1][3..];
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"))), hash);
        Assert.DoesNotContain(secret, await host.Http.GetStringAsync(host.Api("selfies/" + id), Cancel));
        await Task.Delay(1000, Cancel);
        Assert.Equal(2, receiver.Calls.Count);
    }

    [Fact]
    public async Task Redirect_ToAPrivateAddress_IsNotFollowed()
    {
        using var inside = new Receiver(_ => (200, null));
        using var receiver = new Receiver(_ => (307, inside.Url));
        await using var host = await StartAsync("localhost"); // trusted by name; the redirect names the address instead

        await PostAsync(host, receiver.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        await TestHost.EventuallyAsync(() => Task.FromResult(host.Logs.Any(line => line.Contains("callback given up", StringComparison.Ordinal))), "it is given up");
        Assert.NotEmpty(receiver.Calls);
        Assert.Empty(inside.Calls);
    }

    private Task<TestHost> StartAsync(string trusted) => TestHost.StartAsync(storage, service: options => options with
    {
        Callbacks = new() { TrustedHosts = [trusted], FirstRetry = TimeSpan.FromSeconds(1), MaxTries = 2 },
    });

    private static async Task<(string Id, string Secret)> PostAsync(TestHost host, string callback)
    {
        using var answer = await host.PostAsync(TestPhoto.Disc(), "?callbackUrl=" + Uri.EscapeDataString(callback));
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (json.GetProperty("id").GetString()!, json.GetProperty("callbackSecret").GetString()!);
    }

    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Receiver(Func<int, (int Status, string? Location)> answer)
        {
            int port = AzuriteProcess.FreePort();
            Url = $"http://127.0.0.1:{port}/hook";
            _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            _listener.Prefixes.Add($"http://localhost:{port}/");
            _listener.Start();
            _ = Task.Run(async () =>
            {
                while (_listener.IsListening)
                {
                    var call = await _listener.GetContextAsync();
                    using var reader = new StreamReader(call.Request.InputStream);
                    string body = await reader.ReadToEndAsync();
                    var (status, location) = answer(Calls.Count);
                    Calls.Enqueue((body, call.Request.Headers[CallbackSignature.Header] ?? ""));
                    call.Response.StatusCode = status;
                    if (location is not null)
                        call.Response.AddHeader("Location", location);
                    call.Response.Close();
                }
            });
        }

        public string Url { get; }

        public ConcurrentQueue<(string Body, string Signature)> Calls { get; } = new();

        public void Dispose() => _listener.Close();
    }
}
