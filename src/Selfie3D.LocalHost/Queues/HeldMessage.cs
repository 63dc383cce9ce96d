using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace Selfie3D.LocalHost.Queues;

/// <summary>A message that this host works on: kept hidden from the others until it is deleted or handed back.</summary>
internal sealed class HeldMessage : IAsyncDisposable
{
    private readonly QueueClient _queue;
    private readonly TimeSpan _visibility;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewal;
    private string _receipt;
    private bool _mine = true;

    public HeldMessage(QueueClient queue, QueueMessage message, TimeSpan visibility)
    {
        (_queue, Message, _visibility, _receipt) = (queue, message, visibility, message.PopReceipt);
        _renewal = RenewAsync();
    }

    public QueueMessage Message { get; }

    /// <summary>The work is done.</summary>
    public async Task DeleteAsync()
    {
        await EndRenewalAsync().ConfigureAwait(false);
        await IfStillMineAsync(() => _queue.DeleteMessageAsync(Message.MessageId, _receipt)).ConfigureAwait(false);
    }

    /// <summary>Somebody, perhaps this host, shall take it after a while.</summary>
    public async Task ReturnAsync(TimeSpan after)
    {
        await EndRenewalAsync().ConfigureAwait(false);
        await IfStillMineAsync(() => _queue.UpdateMessageAsync(Message.MessageId, _receipt, Message.Body, after)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await EndRenewalAsync().ConfigureAwait(false);
        _ended.Dispose();
    }

    private async Task EndRenewalAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
    }

    private async Task IfStillMineAsync(Func<Task> act)
    {
        if (!_mine)
            return;
        try
        {
            await act().ConfigureAwait(false);
        }
        catch (RequestFailedException e) when (e.Status is 400 or 404)
        {
            // Another host has it: it sees that the job has ended, or waits for the job's lock.
        }

        _mine = false;
    }

    private async Task RenewAsync()
    {
        while (true)
        {
            try
            {
                await Task.Delay(_visibility / 3, _ended.Token).ConfigureAwait(false);
                // Not cancelled in the middle: the new receipt would be lost.
                var renewed = await _queue.UpdateMessageAsync(Message.MessageId, _receipt, Message.Body, _visibility, CancellationToken.None).ConfigureAwait(false);
                _receipt = renewed.Value.PopReceipt;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (RequestFailedException e) when (e.Status is 400 or 404)
            {
                _mine = false;
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // Storage is away; the next round tries again.
            }
        }
    }
}
