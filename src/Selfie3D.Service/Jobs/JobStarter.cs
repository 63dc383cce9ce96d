using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Jobs;

/// <summary>
/// Puts a job into the queue once its photo is there. Whatever says so (the upload itself, an event, a look at the container),
/// and however often, the job is done once: the queue may hold an id twice, the work is locked.
/// </summary>
public sealed class JobStarter(JobStore store, JobFiles files, IJobDispatcher queue, TimeProvider clock)
{
    // An upload that was begun just before its link ran out may still end.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    /// <summary>Starts a job whose photo was stored by this process.</summary>
    public async Task StartAsync(StoredJob stored, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stored);
        // The queue first: a crash between the two leaves a job that works, not one that waits for ever.
        await queue.EnqueueAsync(stored.Job.Id, cancel).ConfigureAwait(false);
        await store.UpdateAsync(stored, job => job.State == JobState.WaitingForUpload ? job with { State = JobState.Queued } : null, cancel).ConfigureAwait(false);
    }

    /// <summary>Starts a job if it waits and its photo has come; fails it when its link ran out without one.</summary>
    /// <returns>The job as it is now; null when there is none.</returns>
    public async Task<StoredJob?> StartIfUploadedAsync(string id, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { } stored)
            return null;
        if (stored.Job.State != JobState.WaitingForUpload)
            return stored;
        if (await files.FindUploadAsync(id, cancel).ConfigureAwait(false) is not null)
        {
            await queue.EnqueueAsync(id, cancel).ConfigureAwait(false);
            return await store.UpdateAsync(stored, job => job.State == JobState.WaitingForUpload ? job with { State = JobState.Queued } : null, cancel).ConfigureAwait(false);
        }

        if (stored.Job.UploadExpiresAt is { } end && end + Grace < clock.GetUtcNow())
        {
            var error = new JobError(ServiceCodes.UploadExpired, "No photo came before the upload link ran out. Ask for a new link.");
            return await store.UpdateAsync(stored,
                job => job.State == JobState.WaitingForUpload ? job with { State = JobState.Failed, Error = error, EndedAt = clock.GetUtcNow() } : null, cancel).ConfigureAwait(false);
        }

        return stored;
    }

    /// <summary>Puts a job into the queue again that has stood still for too long; for messages that got lost.</summary>
    /// <returns>Whether it was put in.</returns>
    public async Task<bool> RestartIfStuckAsync(string id, TimeSpan after, CancellationToken cancel)
    {
        if (await StartIfUploadedAsync(id, cancel).ConfigureAwait(false) is not { } stored || stored.Job.State.IsEnded() ||
            stored.Job.State == JobState.WaitingForUpload || clock.GetUtcNow() - stored.Job.UpdatedAt < after)
        {
            return false;
        }

        await queue.EnqueueAsync(id, cancel).ConfigureAwait(false);
        await store.UpdateAsync(stored, job => job.State.IsEnded() ? null : job, cancel).ConfigureAwait(false); // not again for a while
        return true;
    }
}
