using Azure;
using Azure.Storage.Queues;

namespace Selfie3D.Functions.Orchestration;

/// <summary>How much work waits: the length of the task hub's queue of activities.</summary>
/// <param name="account">Account of the task hub.</param>
/// <param name="taskHub">Its name in host.json.</param>
public sealed class WaitingWork(QueueServiceClient account, string taskHub)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(1);

#pragma warning disable CA1308 // names of queues are lower-case
    private readonly QueueClient _queue = account.GetQueueClient(taskHub.ToLowerInvariant() + "-workitems");
#pragma warning restore CA1308
    private (int Length, long At) _known = (0, -1);

    /// <summary>About how many activities wait; at most a second old.</summary>
    public async Task<int> GetLengthAsync(CancellationToken cancel)
    {
        var known = _known;
        if (known.At >= 0 && TimeSpan.FromMilliseconds(Environment.TickCount64 - known.At) < Age)
            return known.Length;
        int length = 0;
        try
        {
            length = (await _queue.GetPropertiesAsync(cancel).ConfigureAwait(false)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // The task hub is made with the first orchestration.
        }

        _known = (length, Environment.TickCount64);
        return length;
    }
}
