using Microsoft.Azure.Functions.Worker;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Orchestration;

/// <summary>What comes after the stages.</summary>
public sealed class EndActivities(JobStore store, JobStages stages)
{
    /// <summary>Told to the user when every try failed.</summary>
    public static readonly JobError GivenUp = new(ServiceCodes.InternalError, "The head could not be made after several tries. Try again later.");

    /// <summary>Marks a job as failed that was tried too often.</summary>
    [Function(nameof(GiveUpJob))]
    public async Task GiveUpJob([ActivityTrigger] GiveUp why, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(why);
        if (await store.FindAsync(why.Id, cancel).ConfigureAwait(false) is { } stored)
            await stages.FailAsync(stored, GivenUp, cancel).ConfigureAwait(false);
    }

    /// <summary>Deletes what is not kept, and says how the job ended.</summary>
    [Function(nameof(TidyUpJob))]
    public async Task<JobEnd> TidyUpJob([ActivityTrigger] string id, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { } stored)
        {
            await stages.GoneAsync(id).ConfigureAwait(false);
            return new JobEnd(null, CallbackOwed: false);
        }

        await stages.TidyUpAsync(stored.Job, cancel).ConfigureAwait(false);
        return new JobEnd(stored.Job.State, stored.Job.Callback is not null);
    }
}
