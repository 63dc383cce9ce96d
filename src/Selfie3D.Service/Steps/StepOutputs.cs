using System.Collections.Concurrent;
using Azure;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>
/// What the steps hand on: in memory within this process, and as blobs for whoever goes on after it. A step writes its blob before it
/// ends, unless somebody attends the job through all of its steps: then the next step begins at once, and the blob is written
/// beside it if the rest takes long. A process that dies before that costs the time of the steps since the last blob.
/// </summary>
public sealed class StepOutputs(JobFiles files, StepMemory memory)
{
    private readonly ConcurrentDictionary<string, Attendance> _attended = new();

    /// <summary>How long after a step of an attended job its blob is written: about as much work as a crash may cost.</summary>
    public TimeSpan WriteAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Says that this process takes a job through all its steps, until the answer is disposed of.</summary>
    /// <param name="id">Job.</param>
    /// <param name="first">The work on it was never begun before, so that there are no outputs to look for.</param>
    public IAsyncDisposable Attend(string id, bool first) => _attended[id] = new Attendance(this, id, first);

    /// <summary>Whether nobody can have made any output of this job before this process.</summary>
    public bool IsFirst(string id) => _attended.TryGetValue(id, out var attendance) && attendance.First;

    /// <summary>Whether a step's output is there.</summary>
    public async Task<bool> HasAsync<T>(string id, string name, CancellationToken cancel)
        where T : class =>
        memory.Recall<T>(id) is not null || (!IsFirst(id) && await files.HasWorkAsync(id, name, cancel).ConfigureAwait(false));

    /// <summary>A step's output; null when it is not there.</summary>
    public async Task<T?> FindAsync<T>(string id, string name, Func<byte[], T> read, CancellationToken cancel)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(read);
        if (memory.Recall<T>(id) is { } known)
            return known;
        return !IsFirst(id) && await files.ReadWorkAsync(id, name, cancel).ConfigureAwait(false) is { } blob ? read(blob) : null;
    }

    /// <summary>Hands a step's output on.</summary>
    public async Task KeepAsync<T>(string id, string name, T output, Func<T, BinaryData> write, CancellationToken cancel)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(write);
        if (_attended.TryGetValue(id, out var attendance))
            attendance.Later(stop => WriteLaterAsync(id, name, () => write(output), stop));
        else
            await files.WriteWorkAsync(id, name, write(output), cancel).ConfigureAwait(false);
        memory.Keep(id, output);
    }

    private async Task WriteLaterAsync(string id, string name, Func<BinaryData> write, CancellationToken stop)
    {
        try
        {
            await Task.Delay(WriteAfter, stop).ConfigureAwait(false);
            var blob = await Task.Run(write, stop).ConfigureAwait(false);
            // A request that is given up half-way may still arrive, after what comes next has deleted the blob.
            await files.WriteWorkAsync(id, name, blob, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or RequestFailedException or AggregateException)
        {
            // The job was quicker, or the storage is away: the output is in memory.
        }
    }

    private sealed class Attendance(StepOutputs owner, string id, bool first) : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ConcurrentBag<Task> _writes = [];

        public bool First { get; } = first;

        public void Later(Func<CancellationToken, Task> write) => _writes.Add(write(_stop.Token));

        // Nothing is written any more once this is over: what comes next deletes it.
        public async ValueTask DisposeAsync()
        {
            owner._attended.TryRemove(new(id, this));
            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_writes).ConfigureAwait(false);
            _stop.Dispose();
        }
    }
}
