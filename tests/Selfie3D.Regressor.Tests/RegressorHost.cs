using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor.Tests;

/// <summary>The real program on a port of its own.</summary>
internal sealed class RegressorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegressorHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public static string RepoRoot { get; } = typeof(RegressorHost).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    public static string StubModels { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    public HttpClient Http { get; }

    public string Models => RegressorWire.ModelsText(_app.Services.GetRequiredService<HeadNetworks>().Models);

    public NetworkBatches Batches => _app.Services.GetRequiredService<NetworkBatches>();

    public static async Task<RegressorHost> StartAsync(params string[] settings)
    {
        var app = RegressorApp.Build(["--urls", "http://127.0.0.1:0", "--Regressor:ModelFolder", StubModels, .. settings], builder => builder.Logging.ClearProviders());
        await app.StartAsync();
        return new RegressorHost(app);
    }

    public async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? models = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (models is not null)
            request.Headers.Add(RegressorWire.ModelsHeader, models);
        return await Http.SendAsync(request);
    }

    public async Task ReadyAsync()
    {
        for (var until = DateTimeOffset.UtcNow.AddMinutes(1); ; await Task.Delay(20))
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
                return;
            Assert.True(DateTimeOffset.UtcNow < until, "The networks did not get warm within a minute.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
