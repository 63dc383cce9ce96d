using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Selfie3D.Tests;

/// <summary>
/// The models of /models in ONNX Runtime against what PyTorch gave for the same input when they were exported
/// (<c>models/training/tests/samples</c>, written by the export).
/// </summary>
public sealed class ExportedModelTests
{
    [Theory]
    [InlineData("face-detector")]
    [InlineData("head-landmarks")]
    [InlineData("head-volume")]
    public void Run_OnTheExportsSample_GivesPyTorchsOutput(string name)
    {
        string folder = Path.Combine(Fixtures.RepoRoot, "models", "training", "tests", "samples");
        using var listing = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, name + ".json")));
        float[] values = ReadValues(Path.Combine(folder, name + ".bin.gz"));
        using var model = new OnnxModel(Path.Combine(Fixtures.RepoRoot, "models", name + ".onnx"), new InferenceOptions(), [], []);

        int at = 0;
        var tensors = listing.RootElement.EnumerateArray().Select(entry =>
        {
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            int length = (int)shape.Aggregate(1L, (a, b) => a * b);
            at += length;
            return (Name: entry.GetProperty("name").GetString()!, IsInput: entry.GetProperty("kind").GetString() == "input", Shape: shape, Values: values[(at - length)..at]);
        }).ToArray();
        Assert.Equal(values.Length, at);
        var inputs = tensors.Where(t => t.IsInput).ToArray();
        var outputs = tensors.Where(t => !t.IsInput).ToArray();

        using var results = model.Run([.. inputs.Select(t => t.Name)], [.. inputs.Select(t => OnnxModel.Tensor(t.Values, t.Shape))], [.. outputs.Select(t => t.Name)]);

        for (int i = 0; i < outputs.Length; i++)
        {
            float tolerance = 1e-3f * Math.Max(1, outputs[i].Values.Max(MathF.Abs));
            var found = results[i].GetTensorDataAsSpan<float>();
            Assert.Equal(outputs[i].Values.Length, found.Length);
            for (int k = 0; k < found.Length; k++)
                Assert.Equal(outputs[i].Values[k], found[k], tolerance);
        }
    }

    private static float[] ReadValues(string path)
    {
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            packed.CopyTo(unpacked);
        return MemoryMarshal.Cast<byte, float>(unpacked.ToArray()).ToArray();
    }
}
