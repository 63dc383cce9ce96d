using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Selfie3D.Service;
using Selfie3D.Service.Callbacks;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Queues;

/// <summary>Makes the callbacks that are owed, several at a time: one slow receiver holds up no other.</summary>
internal sealed class CallbackWorker(
    StorageJobDispatcher dispatcher, CallbackSender sender, ServiceOptions service, LocalHostOptions options, ILogger<CallbackWorker> log) : BackgroundService
{
    private const int Parallel = 4;

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var loops = Enumerable.Range(0, Parallel).Select(_ => Task.Run(
            () => QueueLoop.RunAsync(dispatcher.Callbacks, options.MessageVisibility, held => WorkAsync(held, stoppingToken), Task.Delay, log, stoppingToken),
            CancellationToken.None));
        return Task.WhenAll(loops);
    }

    private async Task WorkAsync(HeldMessage held, CancellationToken stopping)
    {
        string id = held.Message.Body.ToString();
        long tries = held.Message.DequeueCount;
        if (!JobId.IsValid(id))
        {
            log.MessageDropped();
        }
        else if (await sender.TryAsync(id, stopping).ConfigureAwait(false))
        {
            log.CallbackMade(id);
        }
        else if (tries < service.Callbacks.MaxTries)
        {
            log.CallbackFailed(id, tries);
            await held.ReturnAsync(service.Callbacks.FirstRetry * Math.Pow(2, tries - 1)).ConfigureAwait(false);
            return;
        }
        else
        {
            log.CallbackGivenUp(id);
            await sender.GiveUpAsync(id, stopping).ConfigureAwait(false);
        }

        await held.DeleteAsync().ConfigureAwait(false);
    }
}
