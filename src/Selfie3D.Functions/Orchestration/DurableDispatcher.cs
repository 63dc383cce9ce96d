using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Orchestration;

/// <summary>Starts orchestrations. The engine's client comes with each function call, so a function that starts jobs hands it over first.</summary>
public sealed class DurableDispatcher(WaitingWork queue, ILogger<DurableDispatcher> log) : IJobDispatcher
{
    private static readonly OrchestrationRuntimeStatus[] UnderWay =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    private readonly AsyncLocal<DurableTaskClient?> _client = new();

    /// <summary>Hands over the client of the function call under way.</summary>
    public void Use(DurableTaskClient client) => _client.Value = client;

    /// <inheritdoc/>
    public Task EnqueueAsync(string id, CancellationToken cancel) => ScheduleAsync(SelfieOrchestrator.Name, input: null, id, id, cancel);

    /// <inheritdoc/>
    public Task EnqueueCallbackAsync(string id, CancellationToken cancel) =>
        ScheduleAsync(CallbackOrchestrator.Name, id, CallbackOrchestrator.InstanceOf(id), id, cancel);

    /// <inheritdoc/>
    public Task<int> GetLengthAsync(CancellationToken cancel) => queue.GetLengthAsync(cancel);

    private async Task ScheduleAsync(string name, string? input, string instance, string id, CancellationToken cancel)
    {
        var client = _client.Value ?? throw new InvalidOperationException("This function starts jobs and has to hand over its DurableTaskClient.");
        try
        {
            // One that has ended may be started again: its job decides whether there is anything to do.
            var options = new StartOrchestrationOptions { InstanceId = instance }.WithDedupeStatuses(UnderWay);
            await client.ScheduleNewOrchestrationInstanceAsync(name, input, options, cancel).ConfigureAwait(false);
            log.Scheduled(id);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            log.AlreadyScheduled(id);
        }
    }
}
