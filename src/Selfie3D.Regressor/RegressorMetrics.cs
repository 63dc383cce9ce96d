using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Selfie3D.Regressor;

/// <summary>What the container counts and measures.</summary>
internal sealed class RegressorMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Selfie3D.Regressor";

    private readonly ConcurrentDictionary<string, Func<int>> _queues = new();
    private readonly Meter _meter;
    private readonly Histogram<int> _batchSize;
    private readonly Histogram<double> _runTime;
    private readonly Counter<long> _refused;

    public RegressorMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _batchSize = _meter.CreateHistogram<int>("selfie3d.regressor.batch.size", "{head}", "Heads in one run of a network.");
        _runTime = _meter.CreateHistogram<double>("selfie3d.regressor.run.duration", "s", "Time of one run of a network.");
        _refused = _meter.CreateCounter<long>("selfie3d.regressor.refused", "{call}", "Calls that found the queue full.");
        _meter.CreateObservableGauge("selfie3d.regressor.queue.length",
            () => _queues.Select(queue => new Measurement<int>(queue.Value(), Of(queue.Key))), "{call}", "Calls that wait.");
    }

    /// <summary>Watches the length of a queue.</summary>
    public void Watch(string network, Func<int> length) => _queues[network] = length;

    /// <summary>A batch was run.</summary>
    public void Batch(string network, int size, TimeSpan time)
    {
        _batchSize.Record(size, Of(network));
        _runTime.Record(time.TotalSeconds, Of(network));
    }

    /// <summary>A call was refused.</summary>
    public void Refused(string network) => _refused.Add(1, Of(network));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Of(string network) => new("network", network);
}
