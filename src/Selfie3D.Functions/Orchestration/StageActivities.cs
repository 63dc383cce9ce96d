using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Steps;

namespace Selfie3D.Functions.Orchestration;

/// <summary>
/// The stages as activities. They take the job's id and give its state; photos and volumes stay in blobs. A photo that cannot be
/// used ends the job with its code and is no exception, so nothing tries it again; everything else is one, and is tried again.
/// </summary>
public sealed class StageActivities(JobStore store, JobStages stages, ILogger<StageActivities> log)
{
    /// <summary>Name of a stage's activity.</summary>
    public static string NameOf(JobState stage) => stage switch
    {
        JobState.Detecting => nameof(Detect),
        JobState.Regressing => nameof(Regress),
        JobState.Meshing => nameof(Mesh),
        JobState.Publishing => nameof(Publish),
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "No stage of the work."),
    };

    /// <summary>Photo to face.</summary>
    [Function(nameof(Detect))]
    public Task<StageOutcome> Detect([ActivityTrigger] string id, CancellationToken cancel) => RunAsync(id, JobState.Detecting, cancel);

    /// <summary>Face to volume.</summary>
    [Function(nameof(Regress))]
    public Task<StageOutcome> Regress([ActivityTrigger] string id, CancellationToken cancel) => RunAsync(id, JobState.Regressing, cancel);

    /// <summary>Volume to textured head.</summary>
    [Function(nameof(Mesh))]
    public Task<StageOutcome> Mesh([ActivityTrigger] string id, CancellationToken cancel) => RunAsync(id, JobState.Meshing, cancel);

    /// <summary>Textured head to files.</summary>
    [Function(nameof(Publish))]
    public Task<StageOutcome> Publish([ActivityTrigger] string id, CancellationToken cancel) => RunAsync(id, JobState.Publishing, cancel);

    private async Task<StageOutcome> RunAsync(string id, JobState stage, CancellationToken cancel)
    {
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { } stored)
            return new StageOutcome(null);
        try
        {
            if (stage == JobStages.InOrder[0])
                stored = await stages.BeginAsync(stored, cancel).ConfigureAwait(false);
            stored = await stages.RunAsync(stored, stage, cancel).ConfigureAwait(false);
            return new StageOutcome(stored.Job.State);
        }
        catch (JobGoneException)
        {
            return new StageOutcome(null);
        }
        catch (SelfieException e) when (e.Code != ErrorCodes.ModelUnusable)
        {
            log.Failed(id, stage.ToString(), e.Code);
            var failed = await stages.FailAsync(stored, new JobError(e.Code, e.Message), cancel).ConfigureAwait(false);
            return new StageOutcome(failed?.Job.State);
        }
    }
}
