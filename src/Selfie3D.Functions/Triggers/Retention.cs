using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Triggers;

/// <summary>What happens by the clock: deleting what is past its time, and starting again what stands still.</summary>
public sealed class Retention(Sweep sweep, ServiceOptions options, DurableDispatcher dispatcher, TimeProvider clock, ILogger<Retention> log)
{
    /// <summary>Every hour: jobs, blobs without a job, and the histories of orchestrations.</summary>
    [Function(nameof(SweepExpired))]
    public async Task SweepExpired([TimerTrigger("0 7 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        var report = await sweep.RunAsync(cancel).ConfigureAwait(false);
        var purged = await client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(CreatedTo: clock.GetUtcNow() - options.Retention, Statuses: [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated]),
            cancel).ConfigureAwait(false);
        log.Swept(report.Expired, report.Orphans, purged.PurgedInstanceCount);
    }

    /// <summary>Every five minutes: photos whose event got lost, jobs whose orchestration did.</summary>
    [Function(nameof(RestartStuck))]
    public async Task RestartStuck([TimerTrigger("30 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        dispatcher.Use(client);
        int restarted = await sweep.StartWaitingAsync(options.RequeueAfter, cancel).ConfigureAwait(false);
        if (restarted > 0)
            log.Restarted(restarted);
    }
}
