using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Selfie3D.Service.Storage;

/// <summary>
/// Says that one process works on a job: a lease on <c>work/{id}/lock</c>, renewed until it is disposed of. A process that is
/// killed loses it after <see cref="Duration"/>.
/// </summary>
public sealed class JobLock : IAsyncDisposable
{
    /// <summary>How long a lease lasts that nobody renews; storage allows 15 to 60 seconds.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly BlobLeaseClient _lease;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewal;

    private JobLock(BlobLeaseClient lease)
    {
        _lease = lease;
        _renewal = RenewAsync();
    }

    /// <summary>Cancelled when the lease was lost: somebody else may be at work.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock; null when somebody else has it.</summary>
    public static async Task<JobLock?> TryTakeAsync(JobFiles files, string id, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(files);
        var blob = files.Work(id, BlobLayout.Lock);
        var lease = blob.GetBlobLeaseClient();
        try
        {
            await blob.UploadAsync(BinaryData.FromBytes(ReadOnlyMemory<byte>.Empty), overwrite: true, cancel).ConfigureAwait(false);
            await lease.AcquireAsync(Duration, cancellationToken: cancel).ConfigureAwait(false);
            return new JobLock(lease);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewal.ConfigureAwait(false);
        try
        {
            await _lease.ReleaseAsync().ConfigureAwait(false);
        }
        catch (RequestFailedException)
        {
            // The blob went with the job, or storage is away: then the lease runs out by itself.
        }
        catch (AggregateException)
        {
            // All retries failed: the same.
        }

        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        var renewed = DateTimeOffset.UtcNow;
        while (true)
        {
            try
            {
                await Task.Delay(Duration / 3, _ended.Token).ConfigureAwait(false);
                await _lease.RenewAsync(cancellationToken: _ended.Token).ConfigureAwait(false);
                renewed = DateTimeOffset.UtcNow;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                bool gone = e is RequestFailedException { Status: 404 or 409 or 412 };
                if (gone || DateTimeOffset.UtcNow - renewed > Duration)
                {
                    await _lost.CancelAsync().ConfigureAwait(false);
                    return;
                }
            }
        }
    }
}
