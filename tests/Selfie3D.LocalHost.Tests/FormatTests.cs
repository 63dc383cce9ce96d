using System.Net;
using System.Text;
using System.Text.Json;
using Selfie3D.Client;
using Selfie3D.LoadTest;
using Selfie3D.Service;

namespace Selfie3D.LocalHost.Tests;

/// <summary>Which files a job gives is for the caller to say.</summary>
public sealed class FormatTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Formats_Named_AreTheResultsAndNothingElse()
    {
        await using var host = await TestHost.StartAsync(storage);
        string[] names = ["usdz", "glb", "glb-draco", "glb-lod1", "glb-lod2", "turntable"];
        var job = await host.Client.UploadAsync(new MemoryStream(TestPhoto.Disc()), new SelfieUploadOptions { Formats = names }, Cancel);

        var status = await host.Client.WaitAsync(job.Id, cancel: Cancel);

        Assert.Equal(["glb", "glb-draco", "glb-lod1", "glb-lod2", "usdz", "turntable", "json"], status.Results.Select(file => file.Format));
        var files = new Dictionary<string, byte[]>();
        foreach (var file in status.Results)
        {
            var content = new MemoryStream();
            await host.Client.DownloadAsync(status, file.Format, content, Cancel);
            files[file.Format] = content.ToArray();
            Assert.Equal(file.Bytes, content.Length);
        }

        int[] triangles = [.. new[] { "glb", "glb-lod1", "glb-lod2" }.Select(name => Triangles(files[name]))];
        Assert.InRange(triangles[1], triangles[0] / 5, triangles[0] / 3);
        Assert.InRange(triangles[2], triangles[0] / 20, triangles[0] / 10);
        Assert.Equal(triangles[0], Triangles(files["glb-draco"]));
        Assert.InRange(files["glb-draco"].Length, 1, files["glb"].Length / 2);
        Assert.Equal("PK"u8, files["usdz"].AsSpan(0, 2));
        Assert.Equal("WEBP"u8, files["turntable"].AsSpan(8, 4));
        await TestHost.EventuallyAsync(async () => (await storage.BlobsAsync(host.Prefix, job.Id)).Count == 8, "seven files and the record");
    }

    [Fact]
    public async Task Usdz_Link_IsShownAndNotSaved()
    {
        await using var host = await TestHost.StartAsync(storage);
        var job = await host.Client.SendAsync(new MemoryStream(TestPhoto.Disc()), new SelfieUploadOptions { Formats = ["usdz"] }, Cancel);
        var status = await host.Client.WaitAsync(job.Id, cancel: Cancel);

        using var answer = await host.Http.GetAsync(status.Results.Single(file => file.Format == "usdz").Url, Cancel);

        Assert.Equal("model/vnd.usdz+zip", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(("inline", "head.usdz"), (answer.Content.Headers.ContentDisposition?.DispositionType, answer.Content.Headers.ContentDisposition?.FileName?.Trim('"')));
    }

    [Theory]
    [InlineData("fbx")]
    [InlineData("glb,")]
    [InlineData("glb,../jobs")]
    public async Task Formats_Unknown_AreRefused(string names)
    {
        await using var host = await TestHost.StartAsync(storage);
        string query = "?formats=" + Uri.EscapeDataString(names);

        Assert.Equal((400, ServiceCodes.BadRequest), await TestHost.ProblemAsync(await host.PostAsync(TestPhoto.Disc(), query)));
        Assert.Equal((400, ServiceCodes.BadRequest), await TestHost.ProblemAsync(await host.Http.PostAsync(host.Api("uploads" + query), null, Cancel)));
        Assert.Empty(await storage.BlobsAsync(host.Prefix));
    }

    // A third of the indices of the file's one mesh.
    private static int Triangles(byte[] glb)
    {
        int length = BitConverter.ToInt32(glb, 12);
        using var json = JsonDocument.Parse(Encoding.UTF8.GetString(glb, 20, length));
        int indices = json.RootElement.GetProperty("meshes")[0].GetProperty("primitives")[0].GetProperty("indices").GetInt32();
        return json.RootElement.GetProperty("accessors")[indices].GetProperty("count").GetInt32() / 3;
    }
}
