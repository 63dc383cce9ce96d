using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Selfie3D.Functions.Hosting;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Triggers;

/// <summary>Events whose function failed every time: the job is marked as failed, so that nobody waits for it.</summary>
public sealed class PoisonEvents(JobStore store, JobStages stages, DurableDispatcher dispatcher, ILogger<PoisonEvents> log)
{
    private const string Queue = "webjobs-blobtrigger-poison";

    /// <summary>Ends the job of one message.</summary>
    [Function(nameof(PoisonEvents))]
    public async Task RunAsync(
        [QueueTrigger(Queue, Connection = FunctionsSettings.DataConnection)] string message, [DurableClient] DurableTaskClient client, CancellationToken cancel)
    {
        if (BlobName(message) is not { } id || !JobId.IsValid(id))
        {
            log.PoisonUnknown();
            return;
        }

        log.Poisoned(id);
        if (await store.FindAsync(id, cancel).ConfigureAwait(false) is not { Job.State: JobState.WaitingForUpload } stored)
            return; // it was started after all
        if (await stages.FailAsync(stored, EndActivities.GivenUp, cancel).ConfigureAwait(false) is not { } failed)
            return;
        await stages.TidyUpAsync(failed.Job, cancel).ConfigureAwait(false);
        if (failed.Job.Callback is null)
            return;
        dispatcher.Use(client);
        await dispatcher.EnqueueCallbackAsync(id, cancel).ConfigureAwait(false);
    }

    // {"Type":"BlobTrigger","FunctionId":...,"ContainerName":"uploads","BlobName":"...",...}
    internal static string? BlobName(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("BlobName", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
