using System.Diagnostics;
using Selfie3D.Regression;

namespace Selfie3D.Regressor;

/// <summary>Runs the networks before the first caller does; readiness follows.</summary>
internal sealed partial class WarmUp(IServiceProvider services, RegressorHostOptions options, IHostApplicationLifetime lifetime, ILogger<WarmUp> log) : BackgroundService
{
    private volatile bool _done;

    /// <summary>Whether the networks are warm.</summary>
    public bool Done => _done;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() =>
    {
        try
        {
            long begun = Stopwatch.GetTimestamp();
            services.GetRequiredService<NetworkBatches>().WarmUp(options.MaxBatch);
            _done = true;
            LogReady(services.GetRequiredService<HeadNetworks>().Device, options.MaxBatch, (int)Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
        catch (Exception e)
        {
            // Without networks nothing can be done, and waiting does not help.
            LogUnusable(e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }, CancellationToken.None);

    [LoggerMessage(1, LogLevel.Information, "The networks are warm on {Device} for batches up to {MaxBatch}, after {Milliseconds} ms.")]
    private partial void LogReady(string device, int maxBatch, int milliseconds);

    [LoggerMessage(2, LogLevel.Critical, "The networks cannot be used.")]
    private partial void LogUnusable(Exception exception);
}
