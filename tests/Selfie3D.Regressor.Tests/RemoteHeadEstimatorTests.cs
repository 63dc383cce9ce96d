using System.Net;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;
using Selfie3D.Service;
using Selfie3D.Service.Regressor;
using Selfie3D.Service.Steps;

namespace Selfie3D.Regressor.Tests;

/// <summary>The service's side, with its whole pipeline, against the real program.</summary>
public sealed class RemoteHeadEstimatorTests
{
    private static readonly FaceBox Face = new(238, 145, 140, 140, 0, 0.9f);

    [Fact]
    public async Task Estimate_ThroughTheContainer_IsThatOfThisProcess()
    {
        await using var host = await RegressorHost.StartAsync();
        await using var services = Services(new RegressorOptions { Url = host.Http.BaseAddress, FallBack = false });
        var here = services.GetRequiredService<HeadRegressor>().Estimate(Disc(), Face);

        var there = await services.GetRequiredService<IHeadEstimator>().EstimateAsync(Disc(), Face, CancellationToken.None);

        Assert.Equal(here.Volume.Size, there.Volume.Size);
        Assert.Equal(here.Volume.Crop.CenterX, there.Volume.Crop.CenterX, 0.3f);
        Assert.Equal(here.Volume.Crop.Size, there.Volume.Crop.Size, 0.6f);
        Assert.Equal(here.Confidence, there.Confidence, 0.01f);
        for (int i = 0; i < 68; i++)
            Assert.InRange((here.Landmarks68[i] - there.Landmarks68[i]).Length(), 0, 0.5f);
        double apart = here.Volume.Distance.Zip(there.Volume.Distance, (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(apart, 0, 0.05); // voxels
    }

    [Fact]
    public async Task Estimate_NobodyThere_IsMadeInThisProcessOrFails()
    {
        var nobody = new RegressorOptions { Url = new Uri("http://127.0.0.1:9"), Retries = 1, Timeout = TimeSpan.FromSeconds(5) };
        await using (var falling = Services(nobody))
            Assert.Equal(64, (await falling.GetRequiredService<IHeadEstimator>().EstimateAsync(Disc(), Face, CancellationToken.None)).Volume.Size);

        await using var strict = Services(nobody with { FallBack = false });
        await Assert.ThrowsAsync<RegressorUnavailableException>(() => strict.GetRequiredService<IHeadEstimator>().EstimateAsync(Disc(), Face, CancellationToken.None));
    }

    [Fact]
    public async Task Estimate_ContainerWithOtherModels_IsNotMixed()
    {
        await using var host = await RegressorHost.StartAsync("--Regressor:ModelFolder", Path.Combine(RegressorHost.RepoRoot, "models"));
        await using var services = Services(new RegressorOptions { Url = host.Http.BaseAddress, FallBack = false });

        var refusal = await Assert.ThrowsAsync<RegressorUnavailableException>(
            () => services.GetRequiredService<IHeadEstimator>().EstimateAsync(Disc(), Face, CancellationToken.None));

        Assert.Contains("409", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_BusyOnce_ComesAgainAndCarriesItsToken()
    {
        using var server = new BusyOnce();
        await using var services = Services(new RegressorOptions { Url = server.Url, Audience = "api://selfie3d", FallBack = false }, new FixedToken());

        float[] volume = await services.GetRequiredService<RegressorClient>()
            .CorrectVolumeAsync(new float[HeadNetworks.CropLength], new float[HeadNetworks.VolumeLength], "any", CancellationToken.None);

        Assert.Equal(HeadNetworks.VolumeLength, volume.Length);
        Assert.Equal(["Bearer token of api://selfie3d/.default", "Bearer token of api://selfie3d/.default"], server.Tokens);
    }

    private static ServiceProvider Services(RegressorOptions options, TokenCredential? credential = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders()).AddMetrics();
        services.AddSingleton<ServiceMetrics>();
        services.AddSingleton(_ => new HeadRegressor(
            Path.Combine(RegressorHost.StubModels, HeadRegressor.LandmarkModelFileName),
            Path.Combine(RegressorHost.StubModels, HeadRegressor.VolumeModelFileName), new HeadRegressorOptions { VolumeSize = 64 }));
        services.AddRegressor(options, credential);
        return services.BuildServiceProvider();
    }

    // What the stub models take for a face.
    private static RgbImage Disc()
    {
        const int Width = 640, Height = 480, X = 300, Y = 220, Radius = 60;
        var image = new RgbImage(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width; x++)
            {
                int at = 3 * (y * Width + x), dx = x - X, dy = y - Y;
                bool inside = dx * dx + dy * dy <= Radius * Radius;
                image.Pixels[at] = inside ? (byte)255 : (byte)128;
                image.Pixels[at + 1] = inside ? (byte)0 : (byte)128;
                image.Pixels[at + 2] = inside ? (byte)0 : (byte)128;
            }
        }

        return image;
    }

    private sealed class FixedToken : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"token of {requestContext.Scopes[0]}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    // Says "busy" to the first call and answers the second.
    private sealed class BusyOnce : IDisposable
    {
        private readonly HttpListener _listener = new();

        public BusyOnce()
        {
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                Url = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
            }

            _listener.Prefixes.Add(Url.ToString());
            _listener.Start();
            _ = AnswerAsync();
        }

        public Uri Url { get; }

        public List<string?> Tokens { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task AnswerAsync()
        {
            for (int call = 0; call < 2; call++)
            {
                var context = await _listener.GetContextAsync();
                Tokens.Add(context.Request.Headers["Authorization"]);
                await context.Request.InputStream.CopyToAsync(Stream.Null);
                context.Response.StatusCode = call == 0 ? 429 : 200;
                byte[] answer = new byte[call == 0 ? 0 : RegressorWire.VolumeAnswerLength];
                if (call == 0)
                    context.Response.Headers["Retry-After"] = "1";
                else
                    RegressorWire.WriteVolume(new float[HeadNetworks.VolumeLength], answer);
                await context.Response.OutputStream.WriteAsync(answer);
                context.Response.Close();
            }
        }
    }
}
