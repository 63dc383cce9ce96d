using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.LoadTest;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Limits, retention, page, origins, health.</summary>
public sealed class OperationTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_MoreThanAllowed_IsToldWhenToComeBack()
    {
        await using var host = await TestHost.StartAsync(storage, service: options => options with { PostsPerMinute = 2, ReadsPerMinute = 2 });
        for (int i = 0; i < 2; i++)
            await host.NewUploadAsync();

        using var third = await host.Http.PostAsync(host.Api("uploads"), null, Cancel);

        Assert.Equal((429, ServiceCodes.TooManyRequests), await TestHost.ProblemAsync(third));
        Assert.NotNull(third.Headers.RetryAfter);
        for (int i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(host.Api("selfies/" + JobId.New()), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.Http.GetAsync(host.Api("selfies/" + JobId.New()), Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync(host.Api("health"), Cancel)).StatusCode);
    }

    [Fact]
    public async Task Post_TooManyWaiting_IsRefused()
    {
        await using var host = await TestHost.StartAsync(storage, service: options => options with { MaxQueueLength = 0 });
        using var answer = await host.PostAsync(TestPhoto.Disc());
        Assert.Equal((503, ServiceCodes.Busy), await TestHost.ProblemAsync(answer));
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Sweep_PastRetention_DeletesJobsAndOrphans_AndNothingElse()
    {
        var clock = new Ahead();
        await using var host = await TestHost.StartAsync(storage, services: services => services.AddSingleton<TimeProvider>(clock));
        var old = await host.DoneAsync(TestPhoto.Disc());
        var files = host.Services.GetRequiredService<Service.Storage.JobFiles>();
        string orphan = JobId.New();
        await files.WriteUploadAsync(orphan, BinaryData.FromString("x"), Cancel);
        await files.WriteResultAsync(orphan, Service.Storage.ResultFormats.Named("glb"), BinaryData.FromString("x"), Cancel);
        var sweep = host.Services.GetRequiredService<Sweep>();

        Assert.Equal(new SweepReport(0, 0), await sweep.RunAsync(Cancel)); // too young, all of them
        clock.By = TimeSpan.FromHours(1);
        Assert.Equal(new SweepReport(0, 1), await sweep.RunAsync(Cancel));
        Assert.Empty(await storage.BlobsAsync(host.Prefix, orphan));
        clock.By = TimeSpan.FromHours(24.1);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(host.Api("selfies/" + old.Id), Cancel)).StatusCode);
        Assert.Equal(new SweepReport(1, 0), await sweep.RunAsync(Cancel));
        Assert.Empty(await storage.BlobsAsync(host.Prefix));
    }

    [Fact]
    public async Task Upload_NeverComes_FailsWhenItsLinkRunsOut()
    {
        var clock = new Ahead();
        await using var host = await TestHost.StartAsync(storage, services: services => services.AddSingleton<TimeProvider>(clock));
        var (id, _) = await host.NewUploadAsync();
        clock.By = TimeSpan.FromMinutes(30);
        Assert.Equal(ServiceCodes.UploadExpired, (await host.Client.GetAsync(id, Cancel)).Error?.Code);
    }

    [Fact]
    public async Task StuckJob_IsPutIntoTheQueueAgain()
    {
        var clock = new Ahead();
        await using var host = await TestHost.StartAsync(storage, services: services => services.AddSingleton<TimeProvider>(clock));
        var queue = new Azure.Storage.Queues.QueueClient(storage.Azurite.ConnectionString, host.Prefix + "selfies");
        var (id, _) = await host.NewUploadAsync();
        var store = host.Services.GetRequiredService<JobStore>();
        var files = host.Services.GetRequiredService<Service.Storage.JobFiles>();
        // As if the message had been lost: queued, with its photo, and no message.
        await store.EnterAsync((await store.FindAsync(id, Cancel))!, JobState.Queued, Cancel);
        await files.WriteUploadAsync(id, BinaryData.FromBytes(TestPhoto.Disc()), Cancel);
        await Task.Delay(1500, Cancel);
        Assert.Equal("queued", (await host.Client.GetAsync(id, Cancel)).State);
        Assert.Equal(0, (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount);

        clock.By = TimeSpan.FromMinutes(6);

        Assert.Equal("done", (await host.Client.WaitAsync(id, cancel: Cancel)).State);
    }

    [Fact]
    public async Task Cors_AllowsTheConfiguredOriginOnly()
    {
        await using var host = await TestHost.StartAsync(storage, options => options with { AllowedOrigins = "https://page.example" });

        Assert.Equal("https://page.example", await AllowedAsync("https://page.example"));
        Assert.Null(await AllowedAsync("https://elsewhere.example"));

        async Task<string?> AllowedAsync(string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, host.Api("uploads"));
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            using var answer = await host.Http.SendAsync(request, Cancel);
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }
    }

    [Fact]
    public async Task Page_IsServedFromItsFolder_AndIsHintedAtOtherwise()
    {
        string folder = Directory.CreateTempSubdirectory("selfie3d-site-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<p>page</p>", Cancel);
            Directory.CreateDirectory(Path.Combine(folder, "assets"));
            await File.WriteAllTextAsync(Path.Combine(folder, "assets", "app-1234.js"), "1", Cancel);
            await using var host = await TestHost.StartAsync(storage, options => options with { SiteFolder = folder });

            Assert.Equal("<p>page</p>", await host.Http.GetStringAsync(host.Url, Cancel));
            using var script = await host.Http.GetAsync(new Uri(host.Url, "assets/app-1234.js"), Cancel);
            Assert.Contains("immutable", script.Headers.CacheControl!.ToString());
            Assert.Equal((404, ServiceCodes.NotFound), await TestHost.ProblemAsync(await host.Http.GetAsync(new Uri(host.Url, "missing"), Cancel)));
            await TestHost.EventuallyAsync(async () => (await host.Http.GetAsync(host.Api("health/ready"), Cancel)).IsSuccessStatusCode, "it is ready");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.Contains("--site", Assert.Throws<LocalHostException>(() => Hosting.Site.Find(folder)).Message);
    }

    [Theory]
    [InlineData("--connection", "nonsense", "connection string")]
    [InlineData("--workers", "many", "settings")]
    [InlineData("--site", "/nowhere", "--site")]
    public async Task Start_WrongSetting_SaysWhich(string name, string value, string expected)
    {
        string[] arguments = name == "--connection" ? [name, value] : ["--connection", storage.Azurite.ConnectionString, name, value];
        await using var host = new HostProcess(["--models", TestHost.StubModels, .. arguments], new Dictionary<string, string>());
        host.Start();
        await host.Process.WaitForExitAsync(Cancel);
        host.Process.WaitForExit(); // its last lines too
        Assert.Equal(1, host.Process.ExitCode);
        Assert.Contains(host.Log, line => line.StartsWith("selfie3d:", StringComparison.Ordinal) && line.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_WithoutModels_EndsAndSaysSo()
    {
        await using var host = new HostProcess(["--models", "/nowhere", "--connection", storage.Azurite.ConnectionString],
            new Dictionary<string, string> { ["Selfie3D__NamePrefix"] = TestHost.NewPrefix() });
        host.Start();
        await host.Process.WaitForExitAsync(Cancel);
        host.Process.WaitForExit();
        Assert.Equal(1, host.Process.ExitCode);
        Assert.Contains(host.Log, line => line.Contains("models cannot be loaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Telemetry_WhenConfigured_GoesOut()
    {
        using var listener = new HttpListener();
        int port = Storage.AzuriteProcess.FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var paths = new HashSet<string>();
        var receiver = Task.Run(async () =>
        {
            while (paths.Count < 2)
            {
                var call = await listener.GetContextAsync();
                paths.Add(call.Request.Url!.AbsolutePath);
                call.Response.Close();
            }
        }, Cancel);
        await using var host = new HostProcess(["--models", TestHost.StubModels, "--connection", storage.Azurite.ConnectionString], new Dictionary<string, string>
        {
            ["Selfie3D__NamePrefix"] = TestHost.NewPrefix(),
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = $"http://127.0.0.1:{port}",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "500",
        });
        host.Start();
        await host.ReadyAsync();

        await receiver.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(["/v1/metrics", "/v1/traces"], paths.Order());
    }

    private sealed class Ahead : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
