using System.Collections.Concurrent;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Testing;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Tests;

/// <summary>The app's orchestrators on the durable engine in process, over activities that do what a test says.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly DurableTaskTestHost _host;

    private Engine(DurableTaskTestHost host, ConcurrentQueue<string> calls) => (_host, Calls) = (host, calls);

    public Microsoft.DurableTask.Client.DurableTaskClient Client => _host.Client;

    /// <summary>Names of the activities in the order in which they were begun.</summary>
    public ConcurrentQueue<string> Calls { get; }

    /// <summary>Starts an engine.</summary>
    /// <param name="stage">Does the work of a stage; gets the number of its try, from 1.</param>
    /// <param name="callback">Makes a callback; null when none is owed.</param>
    public static async Task<Engine> StartAsync(Func<JobState, int, StageOutcome> stage, Func<int, bool>? callback = null)
    {
        var calls = new ConcurrentQueue<string>();
        JobState? last = null;
        var host = await DurableTaskTestHost.StartAsync(tasks =>
        {
            tasks.AddOrchestratorFunc<object?, string>(SelfieOrchestrator.Name, (context, _) => SelfieOrchestrator.RunAsync(context)!);
            tasks.AddOrchestratorFunc<string, bool>(CallbackOrchestrator.Name, async (context, _) =>
            {
                await CallbackOrchestrator.RunAsync(context);
                return true;
            });
            foreach (var state in JobStages.InOrder)
            {
                string name = StageActivities.NameOf(state);
                tasks.AddActivityFunc<string, StageOutcome>(name, (_, _) =>
                {
                    var outcome = stage(state, Count(name));
                    last = outcome.State;
                    return Task.FromResult(outcome);
                });
            }

            tasks.AddActivityFunc<GiveUp, bool>(nameof(EndActivities.GiveUpJob), (_, _) =>
            {
                Count(nameof(EndActivities.GiveUpJob));
                last = JobState.Failed;
                return Task.FromResult(true);
            });
            tasks.AddActivityFunc<string, JobEnd>(nameof(EndActivities.TidyUpJob), (_, _) =>
            {
                Count(nameof(EndActivities.TidyUpJob));
                return Task.FromResult(new JobEnd(last, callback is not null));
            });
            tasks.AddActivityFunc<string, CallbackTries>(nameof(CallbackOrchestrator.CallbackPlan), (_, _) => Task.FromResult(new CallbackTries(3, TimeSpan.FromMilliseconds(50))));
            tasks.AddActivityFunc<string, bool>(nameof(CallbackOrchestrator.MakeCallback), (_, _) => Task.FromResult(callback!(Count(nameof(CallbackOrchestrator.MakeCallback)))));
            tasks.AddActivityFunc<string, bool>(nameof(CallbackOrchestrator.GiveUpCallback), (_, _) => Task.FromResult(Count(nameof(CallbackOrchestrator.GiveUpCallback)) > 0));
        });
        return new Engine(host, calls);

        int Count(string name)
        {
            calls.Enqueue(name);
            return calls.Count(call => call == name);
        }
    }

    /// <summary>Starts a job's orchestration and waits for its end.</summary>
    public async Task<Microsoft.DurableTask.Client.OrchestrationMetadata> RunAsync(string id)
    {
        await Client.ScheduleNewOrchestrationInstanceAsync(SelfieOrchestrator.Name, input: null, new StartOrchestrationOptions { InstanceId = id });
        return await EndAsync(id);
    }

    /// <summary>Waits for an orchestration's end.</summary>
    public async Task<Microsoft.DurableTask.Client.OrchestrationMetadata> EndAsync(string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var end = await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, patience.Token);
        Assert.True(end.RuntimeStatus == Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Completed, $"{end.RuntimeStatus}: {end.FailureDetails}");
        return end;
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
