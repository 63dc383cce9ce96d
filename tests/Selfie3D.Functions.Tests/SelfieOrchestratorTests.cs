using Azure.Storage.Queues;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Functions.Tests;

public sealed class SelfieOrchestratorTests
{
    private static readonly string[] AllStages = ["Detect", "Regress", "Mesh", "Publish"];

    public SelfieOrchestratorTests() => SelfieOrchestrator.Patient = TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromMilliseconds(20)));

    [Fact]
    public async Task Run_EveryStageWorks_EndsDoneWithFullProgress()
    {
        await using var engine = await Engine.StartAsync((stage, _) => Next(stage));
        string id = JobId.New();

        var end = await engine.RunAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("Done", end.ReadOutputAs<string>());
        Assert.Equal(new OrchestrationProgress(JobState.Done, 1), end.ReadCustomStatusAs<OrchestrationProgress>());
        Assert.Equal([.. AllStages, "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Run_NoFace_IsNotTriedAgainAndTidiedUp()
    {
        await using var engine = await Engine.StartAsync((_, _) => new StageOutcome(JobState.Failed));

        var end = await engine.RunAsync(JobId.New());

        Assert.Equal("Failed", end.ReadOutputAs<string>());
        Assert.Equal(["Detect", "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Run_StageThatFailsOnce_IsTriedAgainAlone()
    {
        await using var engine = await Engine.StartAsync((stage, tries) => stage == JobState.Regressing && tries == 1 ? throw new IOException("storage") : Next(stage));

        var end = await engine.RunAsync(JobId.New());

        Assert.Equal("Done", end.ReadOutputAs<string>());
        Assert.Equal(["Detect", "Regress", "Regress", "Mesh", "Publish", "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Run_StageThatAlwaysFails_GivesTheJobUp()
    {
        await using var engine = await Engine.StartAsync((stage, _) => stage == JobState.Meshing ? throw new IOException("storage") : Next(stage));

        var end = await engine.RunAsync(JobId.New());

        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("Failed", end.ReadOutputAs<string>());
        Assert.Equal(["Detect", "Regress", "Mesh", "Mesh", "Mesh", "GiveUpJob", "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Run_JobDeletedMeanwhile_StopsAndTidiesUp()
    {
        await using var engine = await Engine.StartAsync((stage, _) => stage == JobState.Regressing ? new StageOutcome(null) : Next(stage));

        var end = await engine.RunAsync(JobId.New());

        Assert.Equal("gone", end.ReadOutputAs<string>());
        Assert.Equal(["Detect", "Regress", "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Dispatcher_StartsTwice_RunsOnce()
    {
        using var gate = new ManualResetEventSlim();
        await using var engine = await Engine.StartAsync((stage, _) =>
        {
            gate.Wait(TimeSpan.FromSeconds(30));
            return Next(stage);
        });
        var dispatcher = new DurableDispatcher(
            new WaitingWork(new QueueServiceClient("UseDevelopmentStorage=true"), "unused"), NullLogger<DurableDispatcher>.Instance);
        dispatcher.Use(engine.Client);
        string id = JobId.New();

        await dispatcher.EnqueueAsync(id, CancellationToken.None);
        await engine.Client.WaitForInstanceStartAsync(id, CancellationToken.None);
        await dispatcher.EnqueueAsync(id, CancellationToken.None);
        gate.Set();

        Assert.Equal("Done", (await engine.EndAsync(id)).ReadOutputAs<string>());
        Assert.Equal([.. AllStages, "TidyUpJob"], engine.Calls);
    }

    [Fact]
    public async Task Run_CallbackOwed_IsMadeUntilItSucceeds()
    {
        await using var engine = await Engine.StartAsync((stage, _) => Next(stage), callback: tries => tries == 2);

        await engine.RunAsync(JobId.New());

        Assert.Equal(2, engine.Calls.Count(call => call == "MakeCallback"));
        Assert.DoesNotContain("GiveUpCallback", engine.Calls);
    }

    [Fact]
    public async Task Run_CallbackNobodyTakes_IsGivenUp()
    {
        await using var engine = await Engine.StartAsync((stage, _) => Next(stage), callback: _ => false);

        var end = await engine.RunAsync(JobId.New());

        Assert.Equal("Done", end.ReadOutputAs<string>()); // the head is made, told or not
        Assert.Equal(3, engine.Calls.Count(call => call == "MakeCallback"));
        Assert.Single(engine.Calls, call => call == "GiveUpCallback");
    }

    private static StageOutcome Next(JobState stage) => new(stage switch
    {
        JobState.Detecting => JobState.Regressing,
        JobState.Regressing => JobState.Meshing,
        JobState.Meshing => JobState.Publishing,
        _ => JobState.Done,
    });
}
