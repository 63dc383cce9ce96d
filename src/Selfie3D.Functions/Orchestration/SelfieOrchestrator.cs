using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Orchestration;

/// <summary>
/// One job: Detect, Regress, Mesh, Publish, and tidying up. The instance's id is the job's, so a job has one orchestration
/// however often it is started. A changed list of steps needs a new name (docs/azure-operations.md), because instances that are under
/// way are replayed with the code that is deployed.
/// </summary>
public static class SelfieOrchestrator
{
    /// <summary>Name of this version.</summary>
    public const string Name = "Selfie_v1";

    /// <summary>Time of one stage with all its tries: some deaths of a host, each found out after the queue's visibility time-out.</summary>
    public static readonly TimeSpan StageTimeout = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Tries of an activity. What can pass (storage, a busy container) passes in minutes; what is the photo's fault never comes
    /// here as an exception. Tests are less patient.
    /// </summary>
    internal static TaskOptions Patient { get; set; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 3, maxRetryInterval: TimeSpan.FromMinutes(1)));

    /// <summary>Runs it.</summary>
    /// <returns>The job's last state, or <c>gone</c>.</returns>
    [Function(Name)]
    public static async Task<string> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string id = context.InstanceId;
        var log = context.CreateReplaySafeLogger(nameof(SelfieOrchestrator));
        try
        {
            foreach (var stage in JobStages.InOrder)
            {
                Show(context, stage);
                var outcome = await StageAsync(context, stage, id);
                if (outcome.IsEnded)
                    break;
            }
        }
        catch (Exception e) when (e is TaskFailedException or TimeoutException)
        {
            log.GivenUp(id, e.Message);
            await context.CallActivityAsync(nameof(EndActivities.GiveUpJob), new GiveUp(id, e.Message), Patient);
        }

        var end = await context.CallActivityAsync<JobEnd>(nameof(EndActivities.TidyUpJob), id, Patient);
        if (end.State is { } last)
            Show(context, last);
        if (end.CallbackOwed)
            await context.CallSubOrchestratorAsync(CallbackOrchestrator.Name, id, new SubOrchestrationOptions(retry: null, instanceId: CallbackOrchestrator.InstanceOf(id)));
        return end.State?.ToString() ?? "gone";
    }

    private static void Show(TaskOrchestrationContext context, JobState state) =>
        context.SetCustomStatus(new OrchestrationProgress(state, state.Progress()));

    private static async Task<StageOutcome> StageAsync(TaskOrchestrationContext context, JobState stage, string id)
    {
        using var end = new CancellationTokenSource();
        var timer = context.CreateTimer(StageTimeout, end.Token);
        var work = context.CallActivityAsync<StageOutcome>(StageActivities.NameOf(stage), id, Patient);
        if (await Task.WhenAny(work, timer) == timer)
            throw new TimeoutException($"The stage {stage} took more than {StageTimeout.TotalMinutes} minutes.");
#pragma warning disable CA1849 // an orchestrator may only await the engine's own tasks
        end.Cancel(); // an open timer would keep the orchestration alive
#pragma warning restore CA1849
        return await work;
    }
}
