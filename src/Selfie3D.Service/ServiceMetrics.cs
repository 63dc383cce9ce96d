using System.Diagnostics;
using System.Diagnostics.Metrics;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Service;

/// <summary>What the service counts and measures; hosts export it.</summary>
public sealed class ServiceMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of traces.</summary>
    public const string SourceName = "Selfie3D.Service";

    private readonly Meter _meter;
    private readonly Histogram<double> _queueAge;
    private readonly Histogram<double> _stageTime;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _retried;
    private readonly Counter<long> _fellBack;

    /// <summary>Makes the instruments.</summary>
    public ServiceMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _meter = meters.Create(SourceName);
        _queueAge = _meter.CreateHistogram<double>("selfie3d.queue.age", "s", "Time from the photo's arrival to the start of the work.");
        _stageTime = _meter.CreateHistogram<double>("selfie3d.stage.duration", "s", "Time of one stage, storage included.");
        _ended = _meter.CreateCounter<long>("selfie3d.jobs.ended", "{job}", "Jobs that are done or failed, by code.");
        _retried = _meter.CreateCounter<long>("selfie3d.jobs.retried", "{job}", "Tries that failed and come again.");
        _fellBack = _meter.CreateCounter<long>("selfie3d.regressor.fallbacks", "{head}", "Heads made in this process because the regressor container could not.");
    }

    /// <summary>Source of the traces of stages.</summary>
    public static ActivitySource Source { get; } = new(SourceName);

    /// <summary>Work on a job was begun.</summary>
    public void Started(TimeSpan queueAge) => _queueAge.Record(queueAge.TotalSeconds);

    /// <summary>A stage took its time.</summary>
    public void Stage(JobState stage, TimeSpan time) =>
        _stageTime.Record(time.TotalSeconds, new KeyValuePair<string, object?>("stage", stage.ToString().ToLowerInvariant()));

    /// <summary>A job is done, or failed with a code.</summary>
    public void Ended(string? code) => _ended.Add(1, new KeyValuePair<string, object?>("code", code ?? "done"));

    /// <summary>A try failed and comes again.</summary>
    public void Retried() => _retried.Add(1);

    /// <summary>A head was made in this process because the regressor container could not.</summary>
    public void FellBack() => _fellBack.Add(1);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
