using Selfie3D.Service.Steps;

namespace Selfie3D.Service.Tests.Steps;

/// <summary>What one step writes, the next one reads: with a head made by the core from the stub models.</summary>
public sealed class WorkBlobTests : IDisposable
{
    private readonly SelfieReconstructor _core = new(new ReconstructorOptions
    {
        ModelFolder = Path.Combine(AppContext.BaseDirectory, "fixtures"),
        Regressor = new() { VolumeSize = 64 },
        Texture = new() { Size = 256 },
    });

    [Fact]
    public void Head_WrittenAndRead_IsTheSame()
    {
        var head = _core.Reconstruct(TestPhoto.Disc(), cancel: TestContext.Current.CancellationToken);

        var copy = HeadMade.FromBlob(new HeadMade(head).ToBlob().ToArray()).Head;

        Assert.Equal(head.Head.Mesh.Positions, copy.Head.Mesh.Positions);
        Assert.Equal(head.Head.Mesh.Triangles, copy.Head.Mesh.Triangles);
        Assert.Equal(head.Head.TexCoords, copy.Head.TexCoords);
        Assert.Equal(head.Head.Texture.Pixels, copy.Head.Texture.Pixels);
        Assert.Equal(head.Landmarks68, copy.Landmarks68);
        Assert.Equal(SelfieDocument.Of(head).ToUtf8Json(), SelfieDocument.Of(copy).ToUtf8Json());
    }

    [Fact]
    public void Volume_WrittenAndRead_IsTheSameToAThousandthOfAVoxel()
    {
        var distance = Enumerable.Range(0, 32 * 32 * 32).Select(i => MathF.Sin(i) * 6).ToArray();
        var estimate = new Regression.HeadEstimate
        {
            Volume = new(32, distance, new(10, 20, 300, 5)),
            Landmarks68 = [.. Enumerable.Range(0, 68).Select(i => new System.Numerics.Vector3(i, -i, i / 3f))],
            Pose = new(1, 2, 3),
            Perspective = new(150, 160, 0.001f, -20),
            Confidence = 0.5f,
            Drift = 0.25f,
        };

        byte[] blob = new HeadVolumeFound(estimate, [("a.onnx", "123")], 7).ToBlob().ToArray();
        var copy = HeadVolumeFound.FromBlob(blob);

        Assert.Equal(estimate.Volume.Crop, copy.Estimate.Volume.Crop);
        Assert.Equal(estimate.Landmarks68, copy.Estimate.Landmarks68);
        Assert.Equal(estimate.Pose, copy.Estimate.Pose);
        Assert.Equal(estimate.Perspective, copy.Estimate.Perspective);
        Assert.Equal([("a.onnx", "123")], copy.Models);
        Assert.All(distance.Zip(copy.Estimate.Volume.Distance), pair => Assert.Equal(pair.First, pair.Second, 0.001f));
    }

    [Fact]
    public void Blob_OfAnotherVersion_IsRefused() =>
        Assert.Throws<InvalidDataException>(() => HeadMade.FromBlob("S3DH\u0009\0\0\0"u8.ToArray()));

    public void Dispose() => _core.Dispose();
}
