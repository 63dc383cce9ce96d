using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>What happens by the clock: looking for uploads nobody told of, and deleting what is past its time.</summary>
internal sealed class Housekeeping(Sweep sweep, ServiceOptions service, LocalHostOptions options, ILogger<Housekeeping> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        EveryAsync(options.SweepInterval, "the sweep", SweepAsync, stoppingToken),
        EveryAsync(options.WatchInterval, "the look for uploads", WatchAsync, stoppingToken));

    private async Task SweepAsync(CancellationToken cancel)
    {
        var report = await sweep.RunAsync(cancel).ConfigureAwait(false);
        if (report.Expired + report.Orphans > 0)
            log.Swept(report.Expired, report.Orphans);
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        int restarted = await sweep.StartWaitingAsync(service.RequeueAfter, cancel).ConfigureAwait(false);
        if (restarted > 0)
            log.Restarted(restarted);
    }

    private async Task EveryAsync(TimeSpan interval, string what, Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                try
                {
                    await act(cancel).ConfigureAwait(false);
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
                {
                    log.StorageAway(e, what, (int)interval.TotalSeconds);
                }

                await Task.Delay(interval, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
