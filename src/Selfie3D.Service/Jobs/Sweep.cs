using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Jobs;

/// <summary>What a sweep found.</summary>
/// <param name="Expired">Jobs that were older than the retention.</param>
/// <param name="Orphans">Ids that had blobs but no record.</param>
public readonly record struct SweepReport(int Expired, int Orphans);

/// <summary>Deletes what is past its time and what belongs to no job; at start and every hour.</summary>
public sealed class Sweep(JobStore store, JobFiles files, JobStarter starter, TimeProvider clock)
{
    // A record is written before any other blob of its job, so a blob without one is an orphan; the minutes are for clocks that differ.
    private static readonly TimeSpan OrphanAge = TimeSpan.FromMinutes(10);

    // Whoever stored a photo starts its job within this time, if nothing happens to it.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    // Photos whose jobs are in the queue: no need to read their records at every look.
    private HashSet<string> _started = [];

    /// <summary>Deletes a job with everything of it.</summary>
    public async Task DeleteAsync(string id, CancellationToken cancel)
    {
        // The record first: whoever works on the job notices and stops.
        await store.DeleteAsync(id, cancel).ConfigureAwait(false);
        await files.DeleteAllAsync(id, cancel).ConfigureAwait(false);
    }

    /// <summary>Goes over all jobs and blobs once.</summary>
    public async Task<SweepReport> RunAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var known = new HashSet<string>();
        int expired = 0, orphans = 0;
        await foreach (var (id, expiresAt) in store.ListAsync(cancel).ConfigureAwait(false))
        {
            if (expiresAt <= now)
            {
                await DeleteAsync(id, cancel).ConfigureAwait(false);
                expired++;
                continue;
            }

            known.Add(id);
        }

        var owners = new Dictionary<string, DateTimeOffset>(await files.ListOwnersAsync(cancel).ConfigureAwait(false));
        await foreach (var (id, at) in files.ListUploadsAsync(cancel).ConfigureAwait(false))
            owners[id] = owners.TryGetValue(id, out var newest) && newest > at ? newest : at;
        foreach (var (id, at) in owners)
        {
            if (known.Contains(id) || now - at < OrphanAge || await store.FindAsync(id, cancel).ConfigureAwait(false) is not null)
                continue;
            await files.DeleteAllAsync(id, cancel).ConfigureAwait(false);
            orphans++;
        }

        return new SweepReport(expired, orphans);
    }

    /// <summary>Looks for photos whose arrival nobody told, and for jobs that stand still.</summary>
    /// <returns>Jobs that were put into the queue again because they stood still.</returns>
    public async Task<int> StartWaitingAsync(TimeSpan stuckAfter, CancellationToken cancel)
    {
        int restarted = 0;
        var started = new HashSet<string>();
        await foreach (var (id, at) in files.ListUploadsAsync(cancel).ConfigureAwait(false))
        {
            if (!JobId.IsValid(id))
                continue;
            var age = clock.GetUtcNow() - at;
            if (age < Fresh)
                continue;
            if (age > stuckAfter)
                restarted += await starter.RestartIfStuckAsync(id, stuckAfter, cancel).ConfigureAwait(false) ? 1 : 0;
            else if (_started.Contains(id) || await starter.StartIfUploadedAsync(id, cancel).ConfigureAwait(false) is { Job.State: not JobState.WaitingForUpload })
                started.Add(id);
        }

        _started = started;
        return restarted;
    }
}
