using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.Client;
using Selfie3D.Export;
using Selfie3D.LoadTest;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Tests;

/// <summary>From photo to links, both ways in; and everything gone again.</summary>
public sealed class JobTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostSelfie_Face_GivesEveryFileAndKeepsNoPhoto()
    {
        await using var host = await TestHost.StartAsync(storage);
        using var accepted = await host.PostAsync(TestPhoto.Disc());
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.NotNull(accepted.Headers.RetryAfter);
        string id = accepted.Headers.Location!.Segments[^1];

        var status = await host.Client.WaitAsync(id, cancel: Cancel);

        Assert.Equal(["glb", "glb-compressed", "obj", "ply", "stl", "preview", "json"], status.Results.Select(file => file.Format));
        Assert.Equal(320, status.Face!.X + status.Face.Width / 2, 3.0);
        var files = new Dictionary<string, byte[]>();
        foreach (var file in status.Results)
        {
            var content = new MemoryStream();
            await host.Client.DownloadAsync(status, file.Format, content, Cancel);
            files[file.Format] = content.ToArray();
            Assert.Equal(file.Bytes, content.Length);
        }

        Assert.Equal("glTF"u8, files["glb"].AsSpan(0, 4));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], files["preview"][..4]);
        Assert.StartsWith("ply", Encoding.ASCII.GetString(files["ply"], 0, 3));
        using (var zip = new ZipArchive(new MemoryStream(files["obj"])))
            Assert.Equal(["head.mtl", "head.obj", "head_texture.jpg"], zip.Entries.Select(entry => entry.Name).Order());
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, id)).Count == 8, "the photo and the work are gone, the record and seven files stay");
    }

    [Fact]
    public async Task PostSelfie_SamePhoto_GivesWhatTheCoreGives()
    {
        await using var host = await TestHost.StartAsync(storage);
        byte[] photo = TestPhoto.Disc(width: 3000, height: 2600, diameter: 900);
        using var core = new SelfieReconstructor(new ReconstructorOptions { ModelFolder = TestHost.StubModels, Regressor = new() { VolumeSize = 64 }, Texture = new() { Size = 256 } });
        var head = core.Reconstruct(photo, cancel: Cancel);
        var expected = new MemoryStream();
        StlExporter.Write(head.Head.Mesh, expected);

        var status = await host.DoneAsync(photo);
        var stl = new MemoryStream();
        await host.Client.DownloadAsync(status, "stl", stl, Cancel);

        // In one process the steps hand on what they hold, so not even a rounding lies between.
        Assert.True(expected.ToArray().AsSpan().SequenceEqual(stl.ToArray()));
    }

    [Fact]
    public async Task PostSelfie_SampleAndRealModels_GivesAHead()
    {
        string models = Path.Combine(TestHost.RepoRoot, "models");
        Assert.SkipUnless(File.Exists(Path.Combine(models, "head-volume.onnx")), "The models are not there: models/*.onnx.");
        await using var host = await TestHost.StartAsync(storage, options => options with { ModelFolder = models, VolumeSize = 0, TextureSize = 0 });

        var status = await host.DoneAsync(await File.ReadAllBytesAsync(Path.Combine(TestHost.RepoRoot, "samples", "selfie.jpg"), Cancel));

        Assert.InRange(status.Face!.Score, 0.3, 1);
        Assert.All(status.Results, file => Assert.InRange(file.Bytes, 1000, 50_000_000));
    }

    [Fact]
    public async Task Upload_ThroughTheLink_StartsByItselfAndOnlyMovesForward()
    {
        await using var host = await TestHost.StartAsync(storage);
        var seen = new List<SelfieStatus>();
        var job = await host.Client.UploadAsync(new MemoryStream(TestPhoto.Disc()), new SelfieUploadOptions { PupilDistanceMm = 60 }, Cancel);

        var status = await host.Client.WaitAsync(job.Id, new Collect(seen), Cancel);

        Assert.Equal("done", status.State);
        Assert.Equal(seen.Select(s => s.Progress).Order(), seen.Select(s => s.Progress));
        Assert.Equal(1, status.Progress);
    }

    [Fact]
    public async Task Upload_NobodyAsks_IsStartedByTheLookForUploads()
    {
        await using var host = await TestHost.StartAsync(storage);
        var (id, url) = await host.NewUploadAsync();
        Assert.Contains("\"state\":\"waitingForUpload\"", await host.Http.GetStringAsync(host.Api("selfies/" + id), Cancel));

        using var stored = await host.PutAsync(url, TestPhoto.Disc());

        Assert.Equal(HttpStatusCode.Created, stored.StatusCode);
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, id)).Contains($"results/{id}/result.json"), "the head is made");
    }

    [Fact]
    public async Task NoFace_EndsWithItsCode_AndKeepsNothingButTheRecord()
    {
        await using var host = await TestHost.StartAsync(storage);
        var job = await host.Client.UploadAsync(new MemoryStream(TestPhoto.Disc(diameter: 0)), cancel: Cancel);

        var failure = await Assert.ThrowsAsync<SelfieServiceException>(() => host.Client.WaitAsync(job.Id, cancel: Cancel));

        Assert.Equal(ErrorCodes.NoFace, failure.Code);
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, job.Id)).Count == 1, "only the record stays");
    }

    [Fact]
    public async Task Delete_AnyState_LeavesNoBlobOfThatId()
    {
        await using var host = await TestHost.StartAsync(storage);
        var done = await host.DoneAsync(TestPhoto.Disc());
        var running = await host.Client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel);
        var (waiting, _) = await host.NewUploadAsync();

        foreach (string id in new[] { done.Id, running.Id, waiting })
        {
            await host.Client.DeleteAsync(id, Cancel);
            await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, id)).Count == 0, "nothing is left");
            Assert.Equal("not-found", (await Assert.ThrowsAsync<SelfieServiceException>(() => host.Client.GetAsync(id, Cancel))).Code);
        }

        using var link = await host.Http.GetAsync(done.Results[0].Url, Cancel);
        Assert.Equal(HttpStatusCode.NotFound, link.StatusCode);
        await Task.Delay(1000, Cancel); // whoever was at work has noticed
        Assert.Empty(await storage.BlobsAsync(host.Prefix));
    }

    [Fact]
    public async Task SameMessageAgain_DoesNothing()
    {
        await using var host = await TestHost.StartAsync(storage);
        var status = await host.DoneAsync(TestPhoto.Disc());
        var before = await VersionsAsync();

        await host.Services.GetRequiredService<IJobDispatcher>().EnqueueAsync(status.Id, Cancel);

        await TestHost.EventuallyAsync(() => Task.FromResult(host.Logs.Any(line => line.Contains($"Job {status.Id}: EndedBefore"))), "the message is taken");
        Assert.Equal(before, await VersionsAsync());

        async Task<List<string>> VersionsAsync()
        {
            var versions = new List<string>();
            foreach (var file in (await host.Client.GetAsync(status.Id, Cancel)).Results)
            {
                using var answer = await host.Http.GetAsync(file.Url, Cancel);
                versions.Add(answer.Headers.ETag!.Tag);
            }

            return versions;
        }
    }

    [Fact]
    public async Task TwoHosts_ShareTheWork_AndDoNothingTwice()
    {
        await using var one = await TestHost.StartAsync(storage);
        await using var two = await TestHost.StartAsync(storage, prefix: one.Prefix);
        var jobs = new List<SelfieJob>();
        for (int i = 0; i < 6; i++)
            jobs.Add(await (i % 2 == 0 ? one : two).Client.SendAsync(new MemoryStream(TestPhoto.Disc()), cancel: Cancel));

        foreach (var job in jobs)
            Assert.Equal("done", (await two.Client.WaitAsync(job.Id, cancel: Cancel)).State);

        await Task.Delay(500, Cancel);
        foreach (var job in jobs)
            Assert.Single(one.Logs.Concat(two.Logs), line => line.Contains($"Job {job.Id}: Done"));
    }

    private sealed class Collect(List<SelfieStatus> seen) : IProgress<SelfieStatus>
    {
        public void Report(SelfieStatus value) => seen.Add(value);
    }
}
