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

    // Each network's own: its batches run one after the other.
    private readonly float[] _landmarkCrops, _volumeCrops, _priors;

    public NetworkBatches(HeadNetworks networks, RegressorHostOptions options, RegressorMetrics metrics)
    {
        _networks = networks;
        _landmarkCrops = new float[options.MaxBatch * HeadNetworks.CropLength];
        _volumeCrops = new float[options.MaxBatch * HeadNetworks.CropLength];
        _priors = new float[options.MaxBatch * HeadNetworks.VolumeLength];
        Landmarks = new Batcher<LandmarkCall, Answer>("landmarks", RunLandmarks, options, metrics);
        Volumes = new Batcher<VolumeCall, Answer>("volume", RunVolumes, options, metrics);
    }

    public Batcher<LandmarkCall, Answer> Landmarks { get; }

    public Batcher<VolumeCall, Answer> Volumes { get; }

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

    private Answer[] RunLandmarks(IReadOnlyList<LandmarkCall> calls)
    {
        for (int i = 0; i < calls.Count; i++)
            RegressorWire.ReadLandmarksRequest(calls[i].Body.Span, _landmarkCrops.AsSpan(i * HeadNetworks.CropLength, HeadNetworks.CropLength));
        LandmarkAnswer[] found;
        lock (_device)
            found = _networks.FindLandmarks(_landmarkCrops, calls.Count, calls.Any(call => call.WithPrior));
        var answers = new Answer[calls.Count];
        for (int i = 0; i < answers.Length; i++)
        {
            bool withPrior = calls[i].WithPrior;
            answers[i] = new Answer(RegressorWire.LandmarksAnswerLength(withPrior ? found[i].Prior.Length : 0));
            RegressorWire.WriteLandmarks(found[i], withPrior, answers[i].Body.Span);
        }

        return answers;
    }

    private Answer[] RunVolumes(IReadOnlyList<VolumeCall> calls)
    {
        for (int i = 0; i < calls.Count; i++)
        {
            RegressorWire.ReadVolumeRequest(calls[i].Body.Span,
                _volumeCrops.AsSpan(i * HeadNetworks.CropLength, HeadNetworks.CropLength), _priors.AsSpan(i * HeadNetworks.VolumeLength, HeadNetworks.VolumeLength));
        }

        var answers = new Answer[calls.Count];
        lock (_device)
        {
            _networks.CorrectVolumes(_volumeCrops, _priors, calls.Count, (distance, i) =>
            {
                answers[i] = new Answer(RegressorWire.VolumeAnswerLength);
                RegressorWire.WriteVolume(distance, answers[i].Body.Span);
            });
        }

        return answers;
    }
}
