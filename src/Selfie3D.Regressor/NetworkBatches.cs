using System.Buffers;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor;

/// <summary>A call to the landmark network.</summary>
/// <param name="Body">The request as it came.</param>
/// <param name="WithPrior">Whether the head prior is wanted too.</param>
internal sealed record LandmarkCall(ReadOnlyMemory<byte> Body, bool WithPrior);

/// <summary>A call to the volume network.</summary>
/// <param name="Body">The request as it came.</param>
internal sealed record VolumeCall(ReadOnlyMemory<byte> Body);

/// <summary>The two networks behind their queues; one network runs at a time, with all threads or the whole device.</summary>
internal sealed class NetworkBatches : IAsyncDisposable
{
    private readonly HeadNetworks _networks;
    private readonly Lock _device = new();

    public NetworkBatches(HeadNetworks networks, RegressorHostOptions options, RegressorMetrics metrics)
    {
        _networks = networks;
        Landmarks = new Batcher<LandmarkCall, byte[]>("landmarks", RunLandmarks, options, metrics);
        Volumes = new Batcher<VolumeCall, byte[]>("volume", RunVolumes, options, metrics);
    }

    public Batcher<LandmarkCall, byte[]> Landmarks { get; }

    public Batcher<VolumeCall, byte[]> Volumes { get; }

    /// <summary>Runs both networks on batches of every size that may come, so that no caller pays for a first time.</summary>
    public void WarmUp(int maxBatch)
    {
        for (int size = maxBatch; size > 0; size /= 2)
        {
            lock (_device)
            {
                _networks.FindLandmarks(new float[size * HeadNetworks.CropLength], size, withPrior: true);
                _networks.CorrectVolumes(new float[size * HeadNetworks.CropLength], new float[size * HeadNetworks.VolumeLength], size);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Landmarks.DisposeAsync().ConfigureAwait(false);
        await Volumes.DisposeAsync().ConfigureAwait(false);
    }

    private byte[][] RunLandmarks(IReadOnlyList<LandmarkCall> calls)
    {
        float[] crops = ArrayPool<float>.Shared.Rent(calls.Count * HeadNetworks.CropLength);
        try
        {
            for (int i = 0; i < calls.Count; i++)
                RegressorWire.ReadLandmarksRequest(calls[i].Body.Span, crops.AsSpan(i * HeadNetworks.CropLength, HeadNetworks.CropLength));
            LandmarkAnswer[] answers;
            lock (_device)
                answers = _networks.FindLandmarks(crops, calls.Count, calls.Any(call => call.WithPrior));
            return [.. answers.Select((answer, i) => RegressorWire.WriteLandmarks(calls[i].WithPrior ? answer : answer with { Prior = [] }))];
        }
        finally
        {
            ArrayPool<float>.Shared.Return(crops);
        }
    }

    private byte[][] RunVolumes(IReadOnlyList<VolumeCall> calls)
    {
        float[] crops = ArrayPool<float>.Shared.Rent(calls.Count * HeadNetworks.CropLength);
        float[] priors = ArrayPool<float>.Shared.Rent(calls.Count * HeadNetworks.VolumeLength);
        try
        {
            for (int i = 0; i < calls.Count; i++)
            {
                RegressorWire.ReadVolumeRequest(calls[i].Body.Span,
                    crops.AsSpan(i * HeadNetworks.CropLength, HeadNetworks.CropLength), priors.AsSpan(i * HeadNetworks.VolumeLength, HeadNetworks.VolumeLength));
            }

            float[][] answers;
            lock (_device)
                answers = _networks.CorrectVolumes(crops, priors, calls.Count);
            return [.. answers.Select(answer => RegressorWire.WriteVolume(answer))];
        }
        finally
        {
            ArrayPool<float>.Shared.Return(crops);
            ArrayPool<float>.Shared.Return(priors);
        }
    }
}
