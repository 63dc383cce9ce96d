using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Selfie3D.Service;
using Selfie3D.Service.Callbacks;

namespace Selfie3D.Functions.Orchestration;

/// <summary>Tells a receiver about the end of a job, with waits between the tries that double.</summary>
public sealed class CallbackOrchestrator(CallbackSender sender, ServiceOptions options, ILogger<CallbackOrchestrator> log)
{
    /// <summary>Name of this version.</summary>
    public const string Name = "Callback_v1";

    /// <summary>Instance of a job's callback.</summary>
    public static string InstanceOf(string id) => id + "-callback";

    /// <summary>Runs it.</summary>
    [Function(Name)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        string id = context.GetInput<string>() ?? throw new ArgumentException("A callback without a job.", nameof(context));
        var tries = await context.CallActivityAsync<CallbackTries>(nameof(CallbackPlan), id);
        for (int done = 1; !await context.CallActivityAsync<bool>(nameof(MakeCallback), id); done++)
        {
            if (done >= tries.Most)
            {
                await context.CallActivityAsync(nameof(GiveUpCallback), id);
                return;
            }

            await context.CreateTimer(tries.FirstWait * Math.Pow(2, done - 1), CancellationToken.None);
        }
    }

    /// <summary>How often, and how long after the first try; settings may not be read by the orchestrator itself, which is replayed.</summary>
    [Function(nameof(CallbackPlan))]
    public CallbackTries CallbackPlan([ActivityTrigger] string id) => new(options.Callbacks.MaxTries, options.Callbacks.FirstRetry);

    /// <summary>One try.</summary>
    /// <returns>Whether nothing is owed any more.</returns>
    [Function(nameof(MakeCallback))]
    public Task<bool> MakeCallback([ActivityTrigger] string id, CancellationToken cancel) => sender.TryAsync(id, cancel);

    /// <summary>Leaves it.</summary>
    [Function(nameof(GiveUpCallback))]
    public Task GiveUpCallback([ActivityTrigger] string id, CancellationToken cancel)
    {
        log.CallbackGivenUp(id);
        return sender.GiveUpAsync(id, cancel);
    }
}

/// <summary>How often a callback is tried.</summary>
/// <param name="Most">Tries.</param>
/// <param name="FirstWait">Wait after the first one.</param>
public sealed record CallbackTries(int Most, TimeSpan FirstWait);
