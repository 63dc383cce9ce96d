using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.Client;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.LoadTest;
using Selfie3D.Regression;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Jobs go on after whatever happened to who worked on them.</summary>
public sealed class RecoveryTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledHost_AtRandomMoments_EveryJobEnds()
    {
        await using var bench = new Bench();
        await bench.StartStorageAsync();

        var report = await KillRun.KillHostAsync(bench, times: 2);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal((4, 0, 0), (report.Done, report.Incomplete, report.Failed.Count));
        Assert.Empty(report.Orphans);
    }

    [Fact]
    public async Task StorageAway_ForSeconds_EveryJobEnds()
    {
        await using var bench = new Bench();
        await bench.StartStorageAsync();

        var report = await KillRun.StopStorageAsync(bench, 2, TimeSpan.FromSeconds(3));

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal((2, 0, 0), (report.Done, report.Incomplete, report.Failed.Count));
        Assert.Empty(report.Orphans);
    }

    [Fact]
    public async Task LoadOfClients_LosesNothing()
    {
        await using var bench = new Bench();
        await bench.StartStorageAsync();

        var report = await LoadRun.RunAsync(bench, jobs: 12, clients: 4);

        TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
        Assert.Equal((12, 0), (report.Done, report.Repeated));
    }

    [Fact]
    public async Task Steps_EachInAProcessOfItsOwn_GoOnFromBlobsAndDoNothingTwice()
    {
        // A host whose worker never gets a photo: the steps are run by hand, each with an empty memory.
        await using var host = await TestHost.StartAsync(storage, services: services => services.AddSingleton<IJobDispatcher, Nobody>());
        using var answer = await host.PostAsync(TestPhoto.Disc());
        string id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        var memory = host.Services.GetRequiredService<StepMemory>();
        T Step<T>()
            where T : notnull
        {
            memory.Forget(id);
            return host.Services.GetRequiredService<T>();
        }

        for (int again = 0; again < 2; again++)
        {
            await Step<DetectStep>().RunAsync(id, Cancel);
            await Step<RegressStep>().RunAsync(id, Cancel);
            await Step<MeshStep>().RunAsync(id, 63, Cancel);
        }

        var files = host.Services.GetRequiredService<JobFiles>();
        var head = await files.Work(id, BlobLayout.Head).GetPropertiesAsync(cancellationToken: Cancel);
        await Step<MeshStep>().RunAsync(id, 63, Cancel);
        var results = await Step<PublishStep>().RunAsync(id, null, Cancel);
        var repeated = await Step<PublishStep>().RunAsync(id, null, Cancel);

        Assert.Equal(head.Value.ETag, (await files.Work(id, BlobLayout.Head).GetPropertiesAsync(cancellationToken: Cancel)).Value.ETag);
        Assert.Equal(7, results.Count);
        Assert.Equal(results, repeated);
        Assert.Equal(JobOutcome.Done, await host.Services.GetRequiredService<JobRunner>().RunAsync(id, Cancel));
    }

    [Fact]
    public async Task JobThatAlwaysFails_IsGivenUpAfterItsTries()
    {
        await using var host = await TestHost.StartAsync(storage, service: options => options with { MaxTries = 2 }, services: services => services.AddSingleton<IHeadEstimator, Broken>());
        var job = await host.Client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel);

        var failure = await Assert.ThrowsAsync<SelfieServiceException>(() => host.Client.WaitAsync(job.Id, cancel: Cancel));

        Assert.Equal(ServiceCodes.InternalError, failure.Code);
        var poison = new QueueClient(storage.Azurite.ConnectionString, host.Prefix + "selfies-poison");
        await TestHost.EventuallyAsync(async () => (await poison.PeekMessagesAsync(cancellationToken: Cancel)).Value.Any(message => message.Body.ToString() == job.Id), "the id is in the poison queue");
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, job.Id)).Count == 1, "only the record stays");
    }

    [Fact]
    public async Task MessageThatNamesNoJob_IsDropped()
    {
        await using var host = await TestHost.StartAsync(storage);
        var queue = new QueueClient(storage.Azurite.ConnectionString, host.Prefix + "selfies");
        await queue.SendMessageAsync("../../jobs", Cancel);
        await queue.SendMessageAsync(JobId.New(), Cancel);

        Assert.Equal("done", (await host.DoneAsync(TestPhoto.Disc())).State);
        await TestHost.EventuallyAsync(async () => (await queue.GetPropertiesAsync(Cancel)).Value.ApproximateMessagesCount == 0, "the queue is empty");
    }

    [Fact]
    public async Task StoppedHost_HandsItsWorkBackAtOnce()
    {
        string prefix = TestHost.NewPrefix();
        SelfieJob job;
        var stuck = new Stuck();
        await using (var first = await TestHost.StartAsync(storage, prefix: prefix, change: options => options with { MessageVisibility = TimeSpan.FromMinutes(10) },
            services: services => services.AddSingleton<IHeadEstimator>(stuck)))
        {
            job = await first.Client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel);
            await stuck.Begun.WaitAsync(Cancel);
        }

        await using var second = await TestHost.StartAsync(storage, prefix: prefix);
        Assert.Equal("done", (await second.Client.WaitAsync(job.Id, cancel: Cancel)).State);
    }

    [Fact]
    public async Task LockedJob_IsLeftToItsOwner()
    {
        await using var host = await TestHost.StartAsync(storage, services: services => services.AddSingleton<IJobDispatcher, Nobody>());
        using var answer = await host.PostAsync(TestPhoto.Disc());
        string id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("id").GetString()!;
        var files = host.Services.GetRequiredService<JobFiles>();

        await using (var held = await JobLock.TryTakeAsync(files, id, Cancel))
        {
            Assert.NotNull(held);
            Assert.Equal(JobOutcome.Busy, await host.Services.GetRequiredService<JobRunner>().RunAsync(id, Cancel));
        }

        Assert.Equal(JobOutcome.Done, await host.Services.GetRequiredService<JobRunner>().RunAsync(id, Cancel));
    }

    private sealed class Nobody : IJobDispatcher
    {
        public Task EnqueueAsync(string id, CancellationToken cancel) => Task.CompletedTask;

        public Task EnqueueCallbackAsync(string id, CancellationToken cancel) => Task.CompletedTask;

        public Task<int> GetLengthAsync(CancellationToken cancel) => Task.FromResult(0);
    }

    private sealed class Broken : IHeadEstimator
    {
        public IReadOnlyList<(string FileName, string Version)> Models => [];

        public Task<HeadEstimate> EstimateAsync(RgbImage image, FaceBox face, CancellationToken cancel) => throw new InvalidOperationException("The machine is on fire.");
    }

    private sealed class Stuck : IHeadEstimator
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public IReadOnlyList<(string FileName, string Version)> Models => [];

        public async Task<HeadEstimate> EstimateAsync(RgbImage image, FaceBox face, CancellationToken cancel)
        {
            _begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        }
    }
}
