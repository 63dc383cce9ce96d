using Azure.Storage.Blobs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Selfie3D.Functions.Hosting;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Functions.Triggers;
using Selfie3D.LocalHost;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service;
using Selfie3D.Service.Http;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Functions.Tests;

/// <summary>
/// The app as it is put together for Azure (services, activities, orchestrators, real models) on the durable engine in process and
/// on Azurite: only the Functions host between trigger and method is missing.
/// </summary>
public sealed class EndToEndTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-functions-").FullName;
    private AzuriteProcess _azurite = null!;
    private ServiceProvider _app = null!;
    private DurableTaskTestHost _engine = null!;

    public async ValueTask InitializeAsync()
    {
        _azurite = await AzuriteProcess.StartAsync(new LocalHostOptions().Data, NullLogger.Instance, CancellationToken.None, _folder);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [FunctionsSettings.DataConnection] = _azurite.ConnectionString,
            [FunctionsSettings.HostConnection] = _azurite.ConnectionString,
            ["Selfie3D:TextureSize"] = "512",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.ClearProviders());
        SelfieServices.Add(services, configuration);
        services.AddSingleton<StageActivities>().AddSingleton<EndActivities>();
        _app = services.BuildServiceProvider();
        await _app.GetRequiredService<JobFiles>().CreateContainersAsync(CancellationToken.None);
        _engine = await DurableTaskTestHost.StartAsync(Register);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _app.DisposeAsync();
        await _azurite.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Upload_Selfie_EndsAsResultsWithWorkingLinksOnce()
    {
        string id = await NewJobAsync(await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "selfie.jpg")));
        var upload = _app.GetRequiredService<UploadStart>();

        await upload.OnBlobAsync(id, _engine.Client, CancellationToken.None);
        await upload.OnBlobAsync(id, _engine.Client, CancellationToken.None); // the event came twice
        var end = await EndAsync(id);

        Assert.Equal("Done", end.ReadOutputAs<string>());
        var job = (await _app.GetRequiredService<JobStore>().FindAsync(id, CancellationToken.None))!.Job;
        Assert.Equal((JobState.Done, 1), (job.State, job.Tries));
        var status = await _app.GetRequiredService<StatusWriter>().WriteAsync(job, request: null, CancellationToken.None);
        using var http = new HttpClient();
        byte[] glb = await http.GetByteArrayAsync(status.Results.Single(result => result.Format == "glb").Url);
        Assert.True(glb.AsSpan(0, 4).SequenceEqual("glTF"u8));
        Assert.Null(await _app.GetRequiredService<JobFiles>().FindUploadAsync(id, CancellationToken.None));

        // After the end, too, an event starts nothing; and a photo that was put again is not kept.
        await _app.GetRequiredService<BlobServiceClient>().GetBlobContainerClient("uploads").UploadBlobAsync(id, BinaryData.FromString("again"));
        await upload.OnBlobAsync(id, _engine.Client, CancellationToken.None);
        Assert.Equal(end.CreatedAt, (await _engine.Client.GetInstanceAsync(id))!.CreatedAt);
        Assert.Null(await _app.GetRequiredService<JobFiles>().FindUploadAsync(id, CancellationToken.None));
    }

    [Theory]
    [InlineData("no photo", ErrorCodes.UnreadableImage)]
    [InlineData("", ErrorCodes.UnreadableImage)]
    public async Task Upload_BadPhoto_EndsFailedWithItsCode(string content, string code)
    {
        string id = await NewJobAsync(System.Text.Encoding.UTF8.GetBytes(content));

        await _app.GetRequiredService<UploadStart>().OnBlobAsync(id, _engine.Client, CancellationToken.None);

        Assert.Equal("Failed", (await EndAsync(id)).ReadOutputAs<string>());
        var job = (await _app.GetRequiredService<JobStore>().FindAsync(id, CancellationToken.None))!.Job;
        Assert.Equal((code, 1), (job.Error?.Code, job.Tries));
        Assert.Null(await _app.GetRequiredService<JobFiles>().FindUploadAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Upload_ForeignName_StartsNothing()
    {
        await _app.GetRequiredService<UploadStart>().OnBlobAsync("../jobs/x", _engine.Client, CancellationToken.None);

        Assert.Null(await _engine.Client.GetInstanceAsync("../jobs/x"));
    }

    private async Task<string> NewJobAsync(byte[] photo)
    {
        var now = DateTimeOffset.UtcNow;
        string id = JobId.New();
        await _app.GetRequiredService<JobStore>().CreateAsync(
            new JobRecord { Id = id, CreatedAt = now, UpdatedAt = now, ExpiresAt = now.AddDays(1), UploadExpiresAt = now.AddMinutes(15) }, CancellationToken.None);
        await _app.GetRequiredService<BlobServiceClient>().GetBlobContainerClient("uploads").UploadBlobAsync(id, BinaryData.FromBytes(photo));
        return id;
    }

    private async Task<OrchestrationMetadata> EndAsync(string id)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var end = await _engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, patience.Token);
        Assert.True(end.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{end.RuntimeStatus}: {end.FailureDetails}");
        return end;
    }

    private void Register(DurableTaskRegistry tasks)
    {
        var stages = _app.GetRequiredService<StageActivities>();
        var ends = _app.GetRequiredService<EndActivities>();
        tasks.AddOrchestratorFunc<object?, string>(SelfieOrchestrator.Name, (context, _) => SelfieOrchestrator.RunAsync(context)!);
        tasks.AddActivityFunc<string, StageOutcome>(nameof(StageActivities.Detect), (_, id) => stages.Detect(id, CancellationToken.None)!);
        tasks.AddActivityFunc<string, StageOutcome>(nameof(StageActivities.Regress), (_, id) => stages.Regress(id, CancellationToken.None)!);
        tasks.AddActivityFunc<string, StageOutcome>(nameof(StageActivities.Mesh), (_, id) => stages.Mesh(id, CancellationToken.None)!);
        tasks.AddActivityFunc<string, StageOutcome>(nameof(StageActivities.Publish), (_, id) => stages.Publish(id, CancellationToken.None)!);
        tasks.AddActivityFunc<string, JobEnd>(nameof(EndActivities.TidyUpJob), (_, id) => ends.TidyUpJob(id, CancellationToken.None)!);
        tasks.AddActivityFunc<GiveUp, bool>(nameof(EndActivities.GiveUpJob), async (_, why) =>
        {
            await ends.GiveUpJob(why!, CancellationToken.None);
            return true;
        });
    }
}
