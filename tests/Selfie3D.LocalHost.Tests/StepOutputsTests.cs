using Microsoft.Extensions.DependencyInjection;
using Selfie3D.Detection;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Steps;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Tests;

/// <summary>What one step hands to the next, in memory and in the storage.</summary>
public sealed class StepOutputsTests(StorageFixture storage)
{
    private static readonly FaceFound Face = new(new FaceBox(1, 2, 30, 40, 5, 0.9f), 100, 80, ("model.onnx", "1"), 5, 6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keep_NobodyAttends_TheBlobIsThere()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (outputs, files, id) = Parts(host, TimeSpan.Zero);

        await outputs.KeepAsync(id, BlobLayout.Face, Face, face => face.ToBlob(), Cancel);

        Assert.True(await files.HasWorkAsync(id, BlobLayout.Face, Cancel));
        host.Services.GetRequiredService<StepMemory>().Forget(id);
        Assert.Equal(Face, await outputs.FindAsync(id, BlobLayout.Face, FaceFound.FromBlob, Cancel));
    }

    [Fact]
    public async Task Keep_JobIsQuick_NothingIsWritten()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (outputs, files, id) = Parts(host, TimeSpan.FromMinutes(1));

        await using (outputs.Attend(id, first: true))
        {
            Assert.False(await outputs.HasAsync<FaceFound>(id, BlobLayout.Face, Cancel));
            await outputs.KeepAsync(id, BlobLayout.Face, Face, face => face.ToBlob(), Cancel);
            Assert.True(await outputs.HasAsync<FaceFound>(id, BlobLayout.Face, Cancel));
            Assert.Equal(Face, await outputs.FindAsync(id, BlobLayout.Face, FaceFound.FromBlob, Cancel));
        }

        Assert.False(await files.HasWorkAsync(id, BlobLayout.Face, Cancel));
    }

    [Fact]
    public async Task Keep_JobTakesLong_TheBlobIsWrittenBesideTheWork()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (outputs, files, id) = Parts(host, TimeSpan.FromMilliseconds(20));

        await using (outputs.Attend(id, first: true))
        {
            await outputs.KeepAsync(id, BlobLayout.Face, Face, face => face.ToBlob(), Cancel);
            await TestHost.EventuallyAsync(() => files.HasWorkAsync(id, BlobLayout.Face, Cancel), "the output is in the storage");
        }

        // Another process goes on from it.
        await using var other = await TestHost.StartAsync(storage, prefix: host.Prefix);
        var theirs = other.Services.GetRequiredService<StepOutputs>();
        await using (theirs.Attend(id, first: false))
            Assert.Equal(Face, await theirs.FindAsync(id, BlobLayout.Face, FaceFound.FromBlob, Cancel));
    }

    [Fact]
    public async Task Keep_JobEndsWhileTheBlobIsWritten_TheWriteIsOverBeforeWhatComesNext()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (outputs, files, id) = Parts(host, TimeSpan.Zero);
        var begun = new TaskCompletionSource();

        await using (outputs.Attend(id, first: true))
        {
            await outputs.KeepAsync(id, BlobLayout.Face, Face, face =>
            {
                begun.SetResult();
                return face.ToBlob();
            }, Cancel);
            await begun.Task;
        }

        // It is here, and cannot arrive after it has been deleted.
        Assert.True(await files.HasWorkAsync(id, BlobLayout.Face, Cancel));
    }

    private static (StepOutputs Outputs, JobFiles Files, string Id) Parts(TestHost host, TimeSpan writeAfter)
    {
        var files = host.Services.GetRequiredService<JobFiles>();
        return (new StepOutputs(files, host.Services.GetRequiredService<StepMemory>()) { WriteAfter = writeAfter }, files, JobId.New());
    }
}
