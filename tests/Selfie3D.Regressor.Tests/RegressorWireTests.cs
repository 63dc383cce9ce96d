using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor.Tests;

public sealed class RegressorWireTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Landmarks_ThereAndBack_KeepWhatTheNetworkSees(bool withPrior)
    {
        float[] crop = Values(HeadNetworks.CropLength, 0, 1), read = new float[crop.Length];

        byte[] request = RegressorWire.WriteLandmarksRequest(crop, withPrior);
        Assert.Equal(RegressorWire.LandmarksRequestLength, request.Length);
        Assert.Equal(withPrior, RegressorWire.ReadLandmarksRequest(request, read));
        Near(crop, read, 0.5f / 255 + 1e-6f);

        var answer = new LandmarkAnswer(Values(HeadNetworks.LandmarksLength, -20, 150), 0.625f, withPrior ? Values(30, -20, 150) : [])
        {
            Camera = new Perspective(61, 70, 0.004f, 0),
        };
        byte[] bytes = new byte[RegressorWire.LandmarksAnswerLength(answer.Prior.Length)];
        RegressorWire.WriteLandmarks(answer, withPrior, bytes);
        var back = RegressorWire.ReadLandmarks(bytes, answer.Prior.Length);
        Assert.Equal(answer.Landmarks, back.Landmarks);
        Assert.Equal(answer.Confidence, back.Confidence);
        Assert.Equal(answer.Camera, back.Camera);
        Assert.Equal(answer.Prior, back.Prior);
    }

    [Fact]
    public void Volume_ThereAndBack_KeepsDistances()
    {
        float[] crop = Values(HeadNetworks.CropLength, 0, 1), prior = Values(HeadNetworks.VolumeLength, -3, 3);
        float[] readCrop = new float[crop.Length], readPrior = new float[prior.Length];

        RegressorWire.ReadVolumeRequest(RegressorWire.WriteVolumeRequest(crop, prior), readCrop, readPrior);
        Near(crop, readCrop, 0.5f / 255 + 1e-6f);
        Near(prior, readPrior, 1.5f / 127 + 1e-6f);

        float[] distance = Values(HeadNetworks.VolumeLength, -6, 6);
        byte[] answer = new byte[RegressorWire.VolumeAnswerLength];
        RegressorWire.WriteVolume(distance, answer);
        Near(distance, RegressorWire.ReadVolume(answer), 0.5f / 2048 + 1e-6f);
    }

    [Fact]
    public void Volume_BeyondTheRange_IsCutOff()
    {
        float[] distance = new float[HeadNetworks.VolumeLength];
        distance[0] = 1e9f;
        distance[^1] = -1e9f;
        byte[] answer = new byte[RegressorWire.VolumeAnswerLength];

        RegressorWire.WriteVolume(distance, answer);

        float[] back = RegressorWire.ReadVolume(answer);
        Assert.Equal(16f, back[0], 0.001f);
        Assert.Equal(0f, back[1]);
        Assert.Equal(-16f, back[^1], 0.001f);
    }

    [Fact]
    public void Read_AnotherVersion_IsRefused()
    {
        byte[] request = RegressorWire.WriteLandmarksRequest(new float[HeadNetworks.CropLength], withPrior: false);
        request[4] = 1;

        var refusal = Assert.Throws<InvalidDataException>(() => RegressorWire.CheckLandmarksRequest(request));

        Assert.Contains("version 1", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100)]
    public void Read_AnotherLength_IsRefused(int length)
    {
        byte[] request = RegressorWire.WriteLandmarksRequest(new float[HeadNetworks.CropLength], withPrior: false);

        Assert.Throws<InvalidDataException>(() => RegressorWire.CheckLandmarksRequest(request.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => RegressorWire.CheckVolumeRequest(request));
        Assert.Throws<InvalidDataException>(() => RegressorWire.ReadVolume(request));
    }

    private static float[] Values(int length, float low, float high)
    {
        var random = new Random(length);
        var values = new float[length];
        for (int i = 0; i < length; i++)
            values[i] = low + (high - low) * random.NextSingle();
        return values;
    }

    private static void Near(float[] expected, float[] found, float tolerance)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (MathF.Abs(expected[i] - found[i]) > tolerance)
                Assert.Fail($"Value {i} is {found[i]} where {expected[i]} is expected.");
        }
    }
}
