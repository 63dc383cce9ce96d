using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace Selfie3D.LocalHost.Queues;

/// <summary>Takes messages one by one, and no more than it can work on.</summary>
internal static class QueueLoop
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1), StorageWait = TimeSpan.FromSeconds(2);

    /// <summary>Runs until it is cancelled.</summary>
    /// <param name="queue">Where the messages are.</param>
    /// <param name="visibility">How long a message stays hidden without renewal.</param>
    /// <param name="work">Works on one message, and deletes or returns it.</param>
    /// <param name="wait">Waits for news, at most as long as told.</param>
    /// <param name="log">Told when the storage is away.</param>
    /// <param name="cancel">Ends the loop; what is under way is not cut off here.</param>
    public static async Task RunAsync(
        QueueClient queue, TimeSpan visibility, Func<HeldMessage, Task> work, Func<TimeSpan, CancellationToken, Task> wait, ILogger log, CancellationToken cancel)
    {
        var idle = TimeSpan.FromMilliseconds(50);
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                try
                {
                    QueueMessage? message = await queue.ReceiveMessageAsync(visibility, cancel).ConfigureAwait(false);
                    if (message is null)
                    {
                        await wait(idle, cancel).ConfigureAwait(false);
                        idle = idle * 2 < LongestWait ? idle * 2 : LongestWait;
                        continue;
                    }

                    idle = TimeSpan.FromMilliseconds(50);
                    var held = new HeldMessage(queue, message, visibility);
                    await using (held.ConfigureAwait(false))
                        await work(held).ConfigureAwait(false);
                }
                catch (Exception e) when (e is RequestFailedException or AggregateException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
                {
                    log.StorageAway(e, queue.Name, (int)StorageWait.TotalSeconds);
                    await Task.Delay(StorageWait, cancel).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The host stops.
        }
    }
}
