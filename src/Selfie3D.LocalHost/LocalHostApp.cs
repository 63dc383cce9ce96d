using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.LocalHost.Hosting;
using Selfie3D.LocalHost.Queues;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service;
using Selfie3D.Service.Http;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost;

/// <summary>The service and its page on one machine: API, worker and, unless an account is named, storage.</summary>
public sealed class LocalHostApp : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly AzuriteProcess? _azurite;

    private LocalHostApp(WebApplication app, AzuriteProcess? azurite)
    {
        (_app, _azurite) = (app, azurite);
        Url = new Uri(Address(app)!);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>Its parts.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Completed when it has stopped.</summary>
    public Task Ended => _app.WaitForShutdownAsync();

    /// <summary>Runs until it is told to stop (Ctrl+C, SIGTERM).</summary>
    /// <returns>Exit code: 0, or 1 when it could not start; the reason is on standard error.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var app = await StartAsync(LocalHostOptions.Read(args), CancellationToken.None).ConfigureAwait(false);
            await using (app.ConfigureAwait(false))
                await app.Ended.ConfigureAwait(false);
            return Environment.ExitCode;
        }
        catch (Exception e) when (e is LocalHostException or SelfieException or IOException)
        {
            await Console.Error.WriteLineAsync($"selfie3d: {e.Message}").ConfigureAwait(false);
            return 1;
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return 1; // one of its parts stopped it while it was starting, and has said why
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <param name="configure">Changes services and logging last.</param>
    /// <exception cref="LocalHostException">It cannot start.</exception>
    public static async Task<LocalHostApp> StartAsync(LocalHostOptions options, CancellationToken cancel, Action<WebApplicationBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        AzuriteProcess? azurite = null;
        WebApplication? app = null;
        try
        {
            if (options.OwnStorage)
            {
                using var early = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
                azurite = await AzuriteProcess.StartAsync(options.Data, configure is null ? early.CreateLogger<AzuriteProcess>() : NullLogger.Instance, cancel).ConfigureAwait(false);
            }

            var storage = options.AccountUrl is { } account
                ? StorageClients.FromIdentity(account)
                : StorageClients.FromConnectionString(options.ConnectionString ?? azurite!.ConnectionString);
            app = Build(options, storage, azurite?.BlobEndpoint, configure);
            await app.StartAsync(cancel).ConfigureAwait(false);
            var running = new LocalHostApp(app, azurite);
            running.Announce(options);
            return running;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync().ConfigureAwait(false);
            if (azurite is not null)
                await azurite.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops: takes no new work, hands unfinished work back, then ends the emulator.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        if (_azurite is not null)
            await _azurite.DisposeAsync().ConfigureAwait(false);
    }

    private static WebApplication Build(LocalHostOptions options, StorageClients storage, Uri? emulator, Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        Telemetry.Add(builder);
        builder.WebHost.UseUrls(options.Url);
        builder.WebHost.ConfigureKestrel(kestrel => Limit(kestrel, options.Service));

        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        services.AddSingleton(options);
        services.AddSingleton(storage.Blobs);
        services.AddSingleton(storage.Queues);
        services.AddSingleton<StorageJobDispatcher>();
        services.AddSingleton<IJobDispatcher>(provider => provider.GetRequiredService<StorageJobDispatcher>());
        if (emulator is not null)
            services.AddSingleton(provider => new BlobBase(request => GateAddress(provider, request)));
        services.AddSelfieService(options.Service, Reconstruction(options), options.WorkerCount);
        services.AddResponseCompression(compression => compression.EnableForHttps = true); // of the page's files alone
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Optimal);
        services.AddSingleton<Readiness>();
        services.AddHostedService<StorageStart>();
        services.AddHostedService(provider => provider.GetRequiredService<Readiness>());
        services.AddHostedService<JobWorker>();
        services.AddHostedService<CallbackWorker>();
        services.AddHostedService<Housekeeping>();
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .WithOrigins(options.Origins).WithMethods("GET", "HEAD", "POST", "PUT", "DELETE").AllowAnyHeader()
            .WithExposedHeaders("Location", "Retry-After", "Content-Disposition")));
        configure?.Invoke(builder);

        var app = builder.Build();
        string? site = Site.Use(app, options.SiteFolder, emulator is null ? storage.Blobs.Uri : null);
        app.UseRouting(); // after the page's files: a fallback route must not hide them
        app.UseCors();
        Site.MapFallback(app, site);
        app.MapSelfies().MapGet("/health/ready", (Readiness readiness, CancellationToken cancel) => readiness.GetAsync(cancel));
        if (emulator is not null)
            BlobGate.Map(app, emulator);
        return app;
    }

    private static void Limit(KestrelServerOptions kestrel, ServiceOptions service)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = service.MaxUploadBytes;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // Slower than any phone on a bad line; a body that trickles is cut off.
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1000, gracePeriod: TimeSpan.FromSeconds(10));
    }

    private static ReconstructorOptions Reconstruction(LocalHostOptions options)
    {
        // The cores are shared out among the workers.
        int threads = Math.Max(1, Environment.ProcessorCount / options.WorkerCount);
        var defaults = new ReconstructorOptions();
        return defaults with
        {
            ModelFolder = options.ModelFolder ?? defaults.ModelFolder,
            Inference = defaults.Inference with { Threads = threads },
            Regressor = options.VolumeSize > 0 ? defaults.Regressor with { VolumeSize = options.VolumeSize } : defaults.Regressor,
            Isosurface = defaults.Isosurface with { MaxThreads = threads },
            Texture = defaults.Texture with { MaxThreads = threads, Size = options.TextureSize > 0 ? options.TextureSize : defaults.Texture.Size },
        };
    }

    // Callers reach the emulator through this host, under the name that they know it by.
    private static Uri? GateAddress(IServiceProvider services, HttpRequest? request) => request is not null
        ? new Uri($"{request.Scheme}://{request.Host}")
        : services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? new Uri(address) : null;

    private static string? Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();

    private void Announce(LocalHostOptions options) => _app.Services.GetRequiredService<ILogger<LocalHostApp>>().Listening(
        Url.ToString(), options.WorkerCount, options.OwnStorage ? "own emulator" : options.AccountUrl?.Host ?? "by connection string");
}
