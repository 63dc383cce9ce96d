using System.Diagnostics;
using System.Threading.Channels;

namespace Selfie3D.Regressor;

/// <summary>
/// Puts calls that come at about the same time into one run of a network: the first call of a batch waits a little for others,
/// and what has gathered meanwhile goes along. The queue is bounded; who finds it full is told at once.
/// </summary>
internal sealed class Batcher<TIn, TOut> : IAsyncDisposable
    where TIn : class
{
    private readonly Channel<Call> _calls;
    private readonly Func<IReadOnlyList<TIn>, IReadOnlyList<TOut>> _run;
    private readonly int _maxBatch;
    private readonly TimeSpan _maxWait;
    private readonly RegressorMetrics _metrics;
    private readonly string _network;
    private readonly Task _loop;

    /// <summary>Makes a batcher.</summary>
    /// <param name="network">Name in the metrics.</param>
    /// <param name="run">Runs the network on a batch; one answer for each call, in order.</param>
    /// <param name="options">Batch, wait and queue.</param>
    /// <param name="metrics">Told of every batch.</param>
    public Batcher(string network, Func<IReadOnlyList<TIn>, IReadOnlyList<TOut>> run, RegressorHostOptions options, RegressorMetrics metrics)
    {
        (_network, _run, _metrics, _maxBatch, _maxWait) = (network, run, metrics, options.MaxBatch, options.MaxWait);
        _calls = Channel.CreateBounded<Call>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        metrics.Watch(network, () => _calls.Reader.Count);
        _loop = Task.Factory.StartNew(LoopAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>Puts a call in.</summary>
    /// <returns>Its answer; null when the queue is full.</returns>
    public Task<TOut>? TryRun(TIn input, CancellationToken cancel)
    {
        var call = new Call(input, cancel);
        return _calls.Writer.TryWrite(call) ? call.Answer.Task : null;
    }

    /// <summary>Ends after what is in the queue.</summary>
    public async ValueTask DisposeAsync()
    {
        _calls.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        var batch = new List<Call>(_maxBatch);
        while (await _calls.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            await GatherAsync(batch).ConfigureAwait(false);
            if (batch.Count > 0)
                Run(batch);
            batch.Clear();
        }
    }

    private async Task GatherAsync(List<Call> batch)
    {
        Take(batch);
        if (batch.Count == _maxBatch || _maxWait == TimeSpan.Zero)
            return;
        using var patience = new CancellationTokenSource(_maxWait);
        try
        {
            while (batch.Count < _maxBatch && await _calls.Reader.WaitToReadAsync(patience.Token).ConfigureAwait(false))
                Take(batch);
        }
        catch (OperationCanceledException)
        {
            // Long enough.
        }
    }

    // Whoever has left meanwhile costs nothing.
    private void Take(List<Call> batch)
    {
        while (batch.Count < _maxBatch && _calls.Reader.TryRead(out var call))
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
