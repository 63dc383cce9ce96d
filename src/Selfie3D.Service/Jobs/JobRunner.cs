using System.Diagnostics;
using Selfie3D.Regression;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Jobs;

/// <summary>How a run of a job ended.</summary>
public enum JobOutcome
{
    /// <summary>This run made the results.</summary>
    Done,

    /// <summary>The job had ended before: a message that came twice.</summary>
    EndedBefore,

    /// <summary>The photo cannot be used.</summary>
    Failed,

    /// <summary>Every try failed, for reasons that are not the photo's.</summary>
    GivenUp,

    /// <summary>The job was deleted.</summary>
    Gone,

    /// <summary>Somebody else works on it; look again later.</summary>
    Busy,
}

/// <summary>The four steps in their order, with state, lock, failure and tidying up around them.</summary>
public sealed class JobRunner(
    JobStore store, JobFiles files, DetectStep detect, RegressStep regress, MeshStep mesh, PublishStep publish,
    StepMemory memory, IJobDispatcher queue, ServiceMetrics metrics, ServiceOptions options, TimeProvider clock)
{
    private static readonly JobError GivenUp = new(ServiceCodes.InternalError, "The head could not be made after several tries. Try again later.");

    /// <summary>Works on a job until it has ended. Can be cancelled or killed at any moment and run again.</summary>
    /// <exception cref="Exception">Anything that is not the photo's fault; the job stays as it is and may be tried again.</exception>
    public async Task<JobOutcome> RunAsync(string id, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { } stored)
            return await GoneAsync(id).ConfigureAwait(false);
        bool endedBefore = stored.Job.State.IsEnded();
        if (!endedBefore)
        {
            var taken = await JobLock.TryTakeAsync(files, id, cancel).ConfigureAwait(false);
            if (taken is null)
                return JobOutcome.Busy;
            await using (taken.ConfigureAwait(false))
            {
                using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, taken.Lost);
                try
                {
                    // Whoever had the lock before may have ended the job.
                    stored = Present(await store.UpdateAsync(stored, Begin, both.Token).ConfigureAwait(false));
                    endedBefore = stored.Job.State.IsEnded();
                    if (!endedBefore && stored.Job.Tries > options.MaxTries)
                        stored = Present(await FailAsync(stored, GivenUp, both.Token).ConfigureAwait(false));
                    else if (!endedBefore)
                        stored = await WorkAsync(stored, both.Token).ConfigureAwait(false);
                }
                catch (JobGoneException)
                {
                    return await GoneAsync(id).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (taken.Lost.IsCancellationRequested && !cancel.IsCancellationRequested)
                {
                    return JobOutcome.Busy;
                }
            }
        }

        var outcome = await TidyUpAsync(stored.Job, cancel).ConfigureAwait(false);
        return endedBefore ? JobOutcome.EndedBefore : outcome;
    }

    /// <summary>Gives a job up.</summary>
    public async Task<JobOutcome> FailAsync(string id, string code, string message, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { } stored ||
            await FailAsync(stored, new JobError(code, message), cancel).ConfigureAwait(false) is not { } failed)
        {
            return await GoneAsync(id).ConfigureAwait(false);
        }

        return await TidyUpAsync(failed.Job, cancel).ConfigureAwait(false);
    }

    private async Task<StoredJob> WorkAsync(StoredJob stored, CancellationToken cancel)
    {
        string id = stored.Job.Id;
        try
        {
            var face = await StageAsync(JobState.Detecting, () => detect.RunAsync(id, cancel)).ConfigureAwait(false);
            stored = await EnterAsync(stored, job => job with
            {
                State = JobState.Regressing,
                Photo = new(face.PhotoWidth, face.PhotoHeight),
                Face = new(Math.Round(face.Face.X, 1), Math.Round(face.Face.Y, 1), Math.Round(face.Face.Width, 1), Math.Round(face.Face.Height, 1), Math.Round(face.Face.Score, 3)),
            }, cancel).ConfigureAwait(false);
            await StageAsync(JobState.Regressing, () => regress.RunAsync(id, cancel)).ConfigureAwait(false);
            stored = await EnterAsync(stored, job => job with { State = JobState.Meshing }, cancel).ConfigureAwait(false);
            float? pupilDistanceMm = stored.Job.PupilDistanceMm;
            await StageAsync(JobState.Meshing, () => mesh.RunAsync(id, pupilDistanceMm, cancel)).ConfigureAwait(false);
            stored = await EnterAsync(stored, job => job with { State = JobState.Publishing }, cancel).ConfigureAwait(false);
            var results = await StageAsync(JobState.Publishing, () => publish.RunAsync(id, cancel)).ConfigureAwait(false);
            stored = await EnterAsync(stored, job => job with { State = JobState.Done, Results = results, EndedAt = clock.GetUtcNow() }, cancel).ConfigureAwait(false);
            if (stored.Job.State == JobState.Done)
                metrics.Ended(null);
            return stored;
        }
        catch (SelfieException e) when (e.Code != ErrorCodes.ModelUnusable)
        {
            // The photo's fault: another try would end the same way.
            return Present(await FailAsync(stored, new JobError(e.Code, e.Message), cancel).ConfigureAwait(false));
        }
    }

    private JobRecord? Begin(JobRecord job)
    {
        if (job.State.IsEnded())
            return null;
        var now = clock.GetUtcNow();
        if (job.StartedAt is null)
            metrics.Started(now - job.CreatedAt);
        return job with { State = JobState.Detecting, StartedAt = job.StartedAt ?? now, Tries = job.Tries + 1 };
    }

    private async Task<StoredJob> EnterAsync(StoredJob stored, Func<JobRecord, JobRecord> change, CancellationToken cancel) =>
        Present(await store.UpdateAsync(stored, job => job.State.IsEnded() ? null : change(job), cancel).ConfigureAwait(false));

    private async Task<StoredJob?> FailAsync(StoredJob stored, JobError error, CancellationToken cancel)
    {
        var failed = await store.UpdateAsync(stored,
            job => job.State.IsEnded() ? null : job with { State = JobState.Failed, Error = error, EndedAt = clock.GetUtcNow() }, cancel).ConfigureAwait(false);
        if (failed is { Job.State: JobState.Failed })
            metrics.Ended(error.Code);
        return failed;
    }

    private async Task<T> StageAsync<T>(JobState stage, Func<Task<T>> work)
    {
        using var activity = ServiceMetrics.Source.StartActivity(stage.ToString());
        var watch = Stopwatch.StartNew();
        var result = await work().ConfigureAwait(false);
        metrics.Stage(stage, watch.Elapsed);
        return result;
    }

    private Task<bool> StageAsync(JobState stage, Func<Task> work) => StageAsync(stage, async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    // After every end, again if the first time was cut short: the photo goes, and whoever asked for it is told.
    private async Task<JobOutcome> TidyUpAsync(JobRecord job, CancellationToken cancel)
    {
        memory.Forget(job.Id);
        if (job.State == JobState.Failed)
            await files.DeleteAllAsync(job.Id, cancel).ConfigureAwait(false);
        else
            await files.DeleteWorkAsync(job.Id, cancel).ConfigureAwait(false);
        if (job.Callback is not null)
            await queue.EnqueueCallbackAsync(job.Id, cancel).ConfigureAwait(false);
        if (job.State == JobState.Done)
            return JobOutcome.Done;
        return job.Error?.Code == ServiceCodes.InternalError ? JobOutcome.GivenUp : JobOutcome.Failed;
    }

    private async Task<JobOutcome> GoneAsync(string id)
    {
        memory.Forget(id);
        await files.DeleteAllAsync(id, CancellationToken.None).ConfigureAwait(false);
        return JobOutcome.Gone;
    }

    private static StoredJob Present(StoredJob? stored) => stored ?? throw new JobGoneException();
}
