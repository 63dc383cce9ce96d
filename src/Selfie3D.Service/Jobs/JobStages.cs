using System.Diagnostics;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Jobs;

/// <summary>
/// The stages of a job, each with its change of the record. Who calls them one after the other (<see cref="JobRunner"/> on a
/// queue, an orchestration in Azure) decides on tries and time-outs. Every stage may be run again at any time.
/// </summary>
public sealed class JobStages(
    JobStore store, JobFiles files, DetectStep detect, RegressStep regress, MeshStep mesh, PublishStep publish,
    StepMemory memory, ServiceMetrics metrics, TimeProvider clock)
{
    /// <summary>The stages in their order, named for the state of a job that is in them.</summary>
    public static IReadOnlyList<JobState> InOrder { get; } = [JobState.Detecting, JobState.Regressing, JobState.Meshing, JobState.Publishing];

    /// <summary>Marks that the work on a job is begun, once more; a job that has ended stays as it is.</summary>
    /// <exception cref="JobGoneException">The job was deleted.</exception>
    public async Task<StoredJob> BeginAsync(StoredJob stored, CancellationToken cancel) =>
        Present(await store.UpdateAsync(stored, Begin, cancel).ConfigureAwait(false));

    /// <summary>Runs one stage and brings the job into the next state; does nothing when the job has ended.</summary>
    /// <exception cref="JobGoneException">The job was deleted.</exception>
    /// <exception cref="SelfieException">The photo's fault, but for <see cref="ErrorCodes.ModelUnusable"/>: see <see cref="FailAsync"/>.</exception>
    public async Task<StoredJob> RunAsync(StoredJob stored, JobState stage, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (stored.Job.State.IsEnded())
            return stored;
        var change = await WorkAsync(stored.Job, stage, cancel).ConfigureAwait(false);
        return await EnterAsync(stored, change, cancel).ConfigureAwait(false);
    }

    /// <summary>Runs all stages; the record of what is done is written while the next stage works.</summary>
    /// <exception cref="JobGoneException">The job was deleted.</exception>
    /// <exception cref="SelfieException">As above.</exception>
    public async Task<StoredJob> RunAllAsync(StoredJob stored, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var job = stored.Job;
        var entering = Task.FromResult(stored);
        foreach (var stage in InOrder)
        {
            Func<JobRecord, JobRecord> change;
            try
            {
                change = await WorkAsync(job, stage, cancel).ConfigureAwait(false);
            }
            finally
            {
                stored = await entering.ConfigureAwait(false); // a job that was deleted is gone, whatever became of the stage
            }

            if (stored.Job.State.IsEnded())
                return stored;
            entering = EnterAsync(stored, change, cancel);
        }

        return await entering.ConfigureAwait(false);
    }

    /// <summary>Gives a job up; one that has ended stays as it is.</summary>
    /// <returns>The record as it is now; null when it is gone.</returns>
    public async Task<StoredJob?> FailAsync(StoredJob stored, JobError error, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(error);
        bool mine = false;
        var failed = await store.UpdateAsync(stored, job =>
        {
            mine = !job.State.IsEnded();
            return mine ? job with { State = JobState.Failed, Error = error, EndedAt = clock.GetUtcNow() } : null;
        }, cancel).ConfigureAwait(false);
        if (mine && failed is not null)
            metrics.Ended(error.Code);
        return failed;
    }

    /// <summary>After every end, again if the first time was cut short: the photo goes, and of a failed job all but its record.</summary>
    public async Task TidyUpAsync(JobRecord job, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(job);
        memory.Forget(job.Id);
        if (job.State == JobState.Failed)
            await files.DeleteAllAsync(job.Id, cancel).ConfigureAwait(false);
        else
            await files.DeleteWorkAsync(job.Id, cancel).ConfigureAwait(false);
    }

    /// <summary>Deletes what a job left behind that was deleted while it was worked on.</summary>
    public async Task GoneAsync(string id)
    {
        memory.Forget(id);
        await files.DeleteAllAsync(id, CancellationToken.None).ConfigureAwait(false);
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

    // Does a stage's work, and says what that changes in the record.
    private async Task<Func<JobRecord, JobRecord>> WorkAsync(JobRecord job, JobState stage, CancellationToken cancel)
    {
        string id = job.Id;
        switch (stage)
        {
            case JobState.Detecting:
                var found = await MeasureAsync(stage, () => detect.RunAsync(id, cancel)).ConfigureAwait(false);
                var face = found.Face;
                return known => known with
                {
                    State = JobState.Regressing,
                    Photo = new(found.PhotoWidth, found.PhotoHeight),
                    Face = new(Math.Round(face.X, 1), Math.Round(face.Y, 1), Math.Round(face.Width, 1), Math.Round(face.Height, 1), Math.Round(face.Score, 3)),
                };
            case JobState.Regressing:
                await MeasureAsync(stage, () => regress.RunAsync(id, cancel)).ConfigureAwait(false);
                return known => known with { State = JobState.Meshing };
            case JobState.Meshing:
                await MeasureAsync(stage, () => mesh.RunAsync(id, job.PupilDistanceMm, cancel)).ConfigureAwait(false);
                return known => known with { State = JobState.Publishing };
            case JobState.Publishing:
                var results = await MeasureAsync(stage, () => publish.RunAsync(id, job.Formats, cancel)).ConfigureAwait(false);
                return known => known with { State = JobState.Done, Results = results, EndedAt = clock.GetUtcNow() };
            default:
                throw new ArgumentOutOfRangeException(nameof(stage), stage, "No stage of the work.");
        }
    }

    private async Task<StoredJob> EnterAsync(StoredJob stored, Func<JobRecord, JobRecord> change, CancellationToken cancel)
    {
        bool mine = false;
        var entered = Present(await store.UpdateAsync(stored, job =>
        {
            mine = !job.State.IsEnded();
            return mine ? change(job) : null;
        }, cancel).ConfigureAwait(false));
        if (mine && entered.Job.State == JobState.Done)
            metrics.Ended(null);
        return entered;
    }

    private async Task<T> MeasureAsync<T>(JobState stage, Func<Task<T>> work)
    {
        using var activity = ServiceMetrics.Source.StartActivity(stage.ToString());
        var watch = Stopwatch.StartNew();
        var result = await work().ConfigureAwait(false);
        metrics.Stage(stage, watch.Elapsed);
        return result;
    }

    private Task<bool> MeasureAsync(JobState stage, Func<Task> work) => MeasureAsync(stage, async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });

    private static StoredJob Present(StoredJob? stored) => stored ?? throw new JobGoneException();
}
