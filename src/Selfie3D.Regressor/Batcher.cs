using System.Diagnostics;

namespace Selfie3D.Regressor;

/// <summary>
/// Puts calls that come at about the same time into one run of a network. Where calls have been coming together, the first of a
/// batch waits a little for others; a caller alone never waits. The queue is bounded; who finds it full is told at once.
/// </summary>
internal sealed class Batcher<TIn, TOut> : IAsyncDisposable
    where TIn : class
{
    private readonly object _gate = new();
    private readonly Queue<Call> _waiting = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<IReadOnlyList<TIn>, IReadOnlyList<TOut>> _run;
    private readonly int _maxBatch, _queueLength;
    private readonly TimeSpan _maxWait;
    private readonly RegressorMetrics _metrics;
    private readonly string _network;
    private bool _closed, _company;

    /// <summary>Makes a batcher.</summary>
    /// <param name="network">Name in the metrics.</param>
    /// <param name="run">Runs the network on a batch; one answer for each call, in order.</param>
    /// <param name="options">Batch, wait and queue.</param>
    /// <param name="metrics">Told of every batch.</param>
    public Batcher(string network, Func<IReadOnlyList<TIn>, IReadOnlyList<TOut>> run, RegressorHostOptions options, RegressorMetrics metrics)
    {
        (_network, _run, _metrics, _maxBatch, _maxWait, _queueLength) = (network, run, metrics, options.MaxBatch, options.MaxWait, options.QueueLength);
        metrics.Watch(network, () =>
        {
            lock (_gate)
                return _waiting.Count;
        });
        // A thread of its own: a network computes for long, and a pool of few threads would lack the one.
        new Thread(Loop) { IsBackground = true, Name = network }.Start();
    }

    /// <summary>Puts a call in.</summary>
    /// <returns>Its answer; null when the queue is full.</returns>
    public Task<TOut>? TryRun(TIn input, CancellationToken cancel)
    {
        var call = new Call(input, cancel);
        lock (_gate)
        {
            if (_closed || _waiting.Count >= _queueLength)
                return null;
            _waiting.Enqueue(call);
            Monitor.Pulse(_gate);
        }

        return call.Answer.Task;
    }

    /// <summary>Ends after what is in the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }

        await _ended.Task.ConfigureAwait(false);
    }

    private void Loop()
    {
        var batch = new List<Call>(_maxBatch);
        while (Gather(batch))
        {
            if (batch.Count > 0)
                Run(batch);
            batch.Clear();
        }

        _ended.SetResult();
    }

    private bool Gather(List<Call> batch)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed)
                    return false;
                Monitor.Wait(_gate);
            }

            Take(batch);
            long begun = Stopwatch.GetTimestamp();
            while (_company && batch.Count < _maxBatch && !_closed)
            {
                var left = _maxWait - Stopwatch.GetElapsedTime(begun);
                if (left <= TimeSpan.Zero)
                    break;
                Monitor.Wait(_gate, left);
                Take(batch);
            }

            _company = batch.Count > 1;
            return true;
        }
    }

    // Whoever has left meanwhile costs nothing.
    private void Take(List<Call> batch)
    {
        while (batch.Count < _maxBatch && _waiting.TryDequeue(out var call))
        {
            if (call.Cancel.IsCancellationRequested)
                call.Answer.TrySetCanceled(call.Cancel);
            else
                batch.Add(call);
        }
    }

    private void Run(List<Call> batch)
    {
        long begun = Stopwatch.GetTimestamp();
        try
        {
            var answers = _run([.. batch.Select(call => call.Input)]);
            for (int i = 0; i < batch.Count; i++)
                batch[i].Answer.TrySetResult(answers[i]);
        }
        catch (Exception e)
        {
            // One bad batch must not end the loop; its callers get the error.
            foreach (var call in batch)
                call.Answer.TrySetException(e);
        }

        _metrics.Batch(_network, batch.Count, Stopwatch.GetElapsedTime(begun));
    }

    private sealed record Call(TIn Input, CancellationToken Cancel)
    {
        // The loop must not run what waits for an answer.
        public TaskCompletionSource<TOut> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
