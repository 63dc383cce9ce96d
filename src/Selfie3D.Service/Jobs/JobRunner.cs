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

/// <summary>All stages of a job in one go, with a lock, a count of tries and tidying up around them; for hosts with a queue.</summary>
public sealed class JobRunner(JobStore store, JobFiles files, JobStages stages, StepOutputs outputs, IJobDispatcher queue, ServiceOptions options)
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
                    stored = await stages.BeginAsync(stored, both.Token).ConfigureAwait(false);
                    endedBefore = stored.Job.State.IsEnded();
                    if (!endedBefore && stored.Job.Tries > options.MaxTries)
                        stored = await stages.FailAsync(stored, GivenUp, both.Token).ConfigureAwait(false) ?? throw new JobGoneException();
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

    private async Task<StoredJob> WorkAsync(StoredJob stored, CancellationToken cancel)
    {
        var attendance = outputs.Attend(stored.Job.Id, first: stored.Job.Tries == 1);
        await using (attendance.ConfigureAwait(false))
        {
            try
            {
                return await stages.RunAllAsync(stored, cancel).ConfigureAwait(false);
            }
            catch (SelfieException e) when (e.Code != ErrorCodes.ModelUnusable)
            {
                // The photo's fault: another try would end the same way.
                return await stages.FailAsync(stored, new JobError(e.Code, e.Message), cancel).ConfigureAwait(false) ?? throw new JobGoneException();
            }
        }
    }

    private async Task<JobOutcome> TidyUpAsync(JobRecord job, CancellationToken cancel)
    {
        await stages.TidyUpAsync(job, cancel).ConfigureAwait(false);
        if (job.Callback is not null)
            await queue.EnqueueCallbackAsync(job.Id, cancel).ConfigureAwait(false);
        if (job.State == JobState.Done)
            return JobOutcome.Done;
        return job.Error?.Code == ServiceCodes.InternalError ? JobOutcome.GivenUp : JobOutcome.Failed;
    }

    private async Task<JobOutcome> GoneAsync(string id)
    {
        await stages.GoneAsync(id).ConfigureAwait(false);
        return JobOutcome.Gone;
    }
}
