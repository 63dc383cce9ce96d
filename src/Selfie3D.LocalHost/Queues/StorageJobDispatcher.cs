using System.Diagnostics.Metrics;
using Azure.Storage.Queues;
using Selfie3D.Service;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.LocalHost.Queues;

/// <summary>Jobs and callbacks as messages of Azure Storage queues, which several hosts share.</summary>
internal sealed class StorageJobDispatcher : IJobDispatcher, IDisposable
{
    private static readonly TimeSpan LengthAge = TimeSpan.FromSeconds(1), Forever = TimeSpan.FromSeconds(-1);

    private readonly SemaphoreSlim _news = new(0);
    private readonly TimeProvider _clock;
    private (int Length, DateTimeOffset At) _known;

    public StorageJobDispatcher(QueueServiceClient account, BlobLayout layout, IMeterFactory meters, TimeProvider clock)
    {
        Jobs = account.GetQueueClient(layout.JobQueue);
        Poison = account.GetQueueClient(layout.PoisonQueue);
        Callbacks = account.GetQueueClient(layout.CallbackQueue);
        _clock = clock;
        meters.Create(ServiceMetrics.SourceName).CreateObservableGauge("selfie3d.queue.length", () => _known.Length, "{job}", "Jobs that wait, as last seen.");
    }

    public QueueClient Jobs { get; }

    public QueueClient Poison { get; }

    public QueueClient Callbacks { get; }

    public async Task EnqueueAsync(string id, CancellationToken cancel)
    {
        await Jobs.SendMessageAsync(id, visibilityTimeout: null, Forever, cancel).ConfigureAwait(false);
        _news.Release();
    }

    public Task EnqueueCallbackAsync(string id, CancellationToken cancel) =>
        Callbacks.SendMessageAsync(id, visibilityTimeout: null, Forever, cancel);

    public async Task<int> GetLengthAsync(CancellationToken cancel)
    {
        var now = _clock.GetUtcNow();
        if (now - _known.At > LengthAge)
            _known = ((await Jobs.GetPropertiesAsync(cancel).ConfigureAwait(false)).Value.ApproximateMessagesCount, now);
        return _known.Length;
    }

    /// <summary>Waits for a message that this host put in, or as long as told.</summary>
    public Task WaitForNewsAsync(TimeSpan longest, CancellationToken cancel) => _news.WaitAsync(longest, cancel);

    public Task CreateQueuesAsync(CancellationToken cancel) =>
        Task.WhenAll(new[] { Jobs, Poison, Callbacks }.Select(queue => queue.CreateIfNotExistsAsync(cancellationToken: cancel)));

    public void Dispose() => _news.Dispose();
}
