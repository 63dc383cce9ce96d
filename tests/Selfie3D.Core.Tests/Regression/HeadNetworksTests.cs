using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>The real networks on several heads at once: a batch has to say what each head alone gets.</summary>
public sealed class HeadNetworksTests
{
    private const int Batch = 3;

    [Fact]
    public void FindLandmarks_Batch_GivesEachCropItsOwnAnswer()
    {
        using var networks = Real();
        float[] crops = Noise(Batch * HeadNetworks.CropLength, 0, 1);

        var together = networks.FindLandmarks(crops, Batch, withPrior: true);

        Assert.Equal(Batch, together.Length);
        for (int i = 0; i < Batch; i++)
        {
            var alone = networks.FindLandmarks(crops[(i * HeadNetworks.CropLength)..((i + 1) * HeadNetworks.CropLength)], 1, withPrior: true)[0];
            Near(alone.Landmarks, together[i].Landmarks, 0.01f);
            Near(alone.Prior, together[i].Prior, 0.01f);
            Assert.Equal(alone.Confidence, together[i].Confidence, 1e-4f);
            Assert.Equal(3 * networks.PriorVertices, together[i].Prior.Length);
        }
    }

    [Fact]
    public void CorrectVolumes_Batch_GivesEachHeadItsOwnVolume()
    {
        using var networks = Real();
        float[] crops = Noise(Batch * HeadNetworks.CropLength, 0, 1), priors = Noise(Batch * HeadNetworks.VolumeLength, -3, 3);

        float[][] together = networks.CorrectVolumes(crops, priors, Batch);

        for (int i = 0; i < Batch; i++)
        {
            float[] alone = networks.CorrectVolumes(
                crops[(i * HeadNetworks.CropLength)..((i + 1) * HeadNetworks.CropLength)], priors[(i * HeadNetworks.VolumeLength)..((i + 1) * HeadNetworks.VolumeLength)], 1)[0];
            Near(alone, together[i], 1e-3f);
        }
    }

    [Fact]
    public void Constructor_GpuWhereThereIsNone_RunsOnTheProcessor()
    {
        using var networks = new HeadNetworks(
            Fixtures.Path(HeadRegressor.LandmarkModelFileName), Fixtures.Path(HeadRegressor.VolumeModelFileName), new InferenceOptions { Gpu = true });

        Assert.Equal("cpu", networks.Device); // this test's ONNX Runtime is the one for processors
    }

    private static HeadNetworks Real()
    {
        string folder = Path.Combine(Fixtures.RepoRoot, "models");
        return new HeadNetworks(Path.Combine(folder, HeadRegressor.LandmarkModelFileName), Path.Combine(folder, HeadRegressor.VolumeModelFileName));
    }

    private static float[] Noise(int length, float low, float high)
    {
        var random = new Random(1);
        var values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = low + (high - low) * random.NextSingle();
        return values;
    }

    private static void Near(float[] expected, float[] found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        float worst = 0;
        for (int i = 0; i < expected.Length; i++)
            worst = MathF.Max(worst, MathF.Abs(expected[i] - found[i]));
        Assert.InRange(worst, 0, tolerance);
    }
}
