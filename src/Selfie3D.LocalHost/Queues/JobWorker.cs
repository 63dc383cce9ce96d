using System.Diagnostics;
using Azure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Selfie3D.LocalHost.Hosting;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Queues;

/// <summary>Works on the jobs of the queue, as many at a time as the host has workers.</summary>
internal sealed class JobWorker(
    StorageJobDispatcher dispatcher, IServiceProvider services, Readiness readiness, ServiceMetrics metrics, LocalHostOptions options, ILogger<JobWorker> log)
    : BackgroundService
{
    private const int MaxSecondsBetweenTries = 60;
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await readiness.ModelsAsync(stoppingToken).ConfigureAwait(false))
            return;
        var runner = services.GetRequiredService<JobRunner>(); // not before: it needs the models
        var loops = Enumerable.Range(0, options.WorkerCount).Select(_ => Task.Run(
            () => QueueLoop.RunAsync(dispatcher.Jobs, options.MessageVisibility, held => WorkAsync(runner, held, stoppingToken), dispatcher.WaitForNewsAsync, log, stoppingToken),
            CancellationToken.None));
        await Task.WhenAll(loops).ConfigureAwait(false);
    }

    private async Task WorkAsync(JobRunner runner, HeldMessage held, CancellationToken stopping)
    {
        string id = held.Message.Body.ToString();
        if (!JobId.IsValid(id))
        {
            log.MessageDropped();
            await held.DeleteAsync().ConfigureAwait(false);
            return;
        }

        var clock = Stopwatch.StartNew();
        try
        {
            var outcome = await runner.RunAsync(id, stopping).ConfigureAwait(false);
            if (outcome == JobOutcome.Busy)
            {
                await held.ReturnAsync(LookAgain).ConfigureAwait(false);
                return;
            }

            if (outcome == JobOutcome.GivenUp)
            {
                log.JobGivenUp(id);
                await dispatcher.Poison.SendMessageAsync(id, stopping).ConfigureAwait(false);
            }

            await held.DeleteAsync().ConfigureAwait(false);
            log.JobRun(id, outcome.ToString(), clock.ElapsedMilliseconds);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.JobHandedBack(id);
            await held.ReturnAsync(TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            int seconds = (int)Math.Min(MaxSecondsBetweenTries, Math.Pow(2, held.Message.DequeueCount));
            metrics.Retried();
            log.JobRetried(e, id, held.Message.DequeueCount, seconds);
            try
            {
                await held.ReturnAsync(TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
            }
            catch (Exception away) when (away is RequestFailedException or AggregateException)
            {
                // It comes back by itself when its time is over.
            }
        }
    }
}
