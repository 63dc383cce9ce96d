using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Selfie3D.Client;
using Selfie3D.Service;

namespace Selfie3D.LocalHost.Tests;

/// <summary>The real host on a port of its own, with the stub models, on the tests' Azurite.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly LocalHostApp _app;

    private TestHost(LocalHostApp app, string prefix, ConcurrentQueue<string> logs)
    {
        (_app, Prefix, Logs) = (app, prefix, logs);
        Client = new SelfieClient(app.Url, Http);
    }

    public static string RepoRoot { get; } = typeof(TestHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    public static string StubModels { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    public Uri Url => _app.Url;

    public IServiceProvider Services => _app.Services;

    public string Prefix { get; }

    public HttpClient Http { get; } = new();

    public SelfieClient Client { get; }

    public ConcurrentQueue<string> Logs { get; }

    public static string NewPrefix() => $"t{Guid.NewGuid().ToString("N")[..10]}-";

    public static async Task<TestHost> StartAsync(
        StorageFixture? storage, Func<LocalHostOptions, LocalHostOptions>? change = null, Func<ServiceOptions, ServiceOptions>? service = null,
        Action<IServiceCollection>? services = null, string? prefix = null)
    {
        prefix ??= NewPrefix();
        var limits = new ServiceOptions { PostsPerMinute = 0, ReadsPerMinute = 0, NamePrefix = prefix };
        var options = new LocalHostOptions
        {
            Url = "http://127.0.0.1:0",
            ConnectionString = storage?.Azurite.ConnectionString,
            ModelFolder = StubModels,
            VolumeSize = 64,
            TextureSize = 256,
            Workers = 1,
            WatchInterval = TimeSpan.FromSeconds(0.5),
            MessageVisibility = TimeSpan.FromSeconds(5),
            Service = service?.Invoke(limits) ?? limits,
        };
        var logs = new ConcurrentQueue<string>();
        var app = await LocalHostApp.StartAsync(change?.Invoke(options) ?? options, TestContext.Current.CancellationToken, Configure);
        return new TestHost(app, prefix, logs);

        void Configure(WebApplicationBuilder builder)
        {
            builder.Logging.ClearProviders().AddProvider(new Memory(logs));
            services?.Invoke(builder.Services);
        }
    }

    public Uri Api(string path) => new(Url, "api/" + path);

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string query = "") =>
        await Http.PostAsync(Api("selfies" + query), new ByteArrayContent(body), TestContext.Current.CancellationToken);

    /// <summary>The refusal of a call: its status and code.</summary>
    public static async Task<(int Status, string Code)> ProblemAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return ((int)answer.StatusCode, problem.GetProperty("code").GetString()!);
    }

    /// <summary>A link to upload to.</summary>
    public async Task<(string Id, Uri Url)> NewUploadAsync()
    {
        using var answer = await Http.PostAsync(Api("uploads"), null, TestContext.Current.CancellationToken);
        var upload = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return (upload.GetProperty("id").GetString()!, new Uri(upload.GetProperty("uploadUrl").GetString()!));
    }

    public async Task<HttpResponseMessage> PutAsync(Uri url, byte[] body, string type = "BlockBlob")
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, url) { Content = new ByteArrayContent(body) };
        request.Headers.Add("x-ms-blob-type", type);
        return await Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<SelfieStatus> DoneAsync(byte[] photo)
    {
        var job = await Client.SendAsync(new MemoryStream(photo), cancel: TestContext.Current.CancellationToken);
        return await Client.WaitAsync(job.Id, cancel: TestContext.Current.CancellationToken);
    }

    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what, double seconds = 60)
    {
        for (var until = DateTimeOffset.UtcNow.AddSeconds(seconds); !await holds(); await Task.Delay(50, TestContext.Current.CancellationToken))
            Assert.True(DateTimeOffset.UtcNow < until, $"It did not come to pass in {seconds} s: {what}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Client.Dispose();
        Http.Dispose();
        Assert.All(Logs, line => Assert.DoesNotContain("sig=", line));
    }

    private sealed class Memory(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
