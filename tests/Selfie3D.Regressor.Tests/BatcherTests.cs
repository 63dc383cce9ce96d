using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Selfie3D.Regressor.Tests;

public sealed class BatcherTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RegressorMetrics _metrics;
    private readonly List<int> _sizes = [];

    public BatcherTests() => _metrics = new RegressorMetrics(_services.GetRequiredService<IMeterFactory>());

    [Fact]
    public async Task TryRun_CallsDuringARun_GoTogetherAndGetTheirOwnAnswers()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        await using var batcher = New(maxBatch: 8, wait: TimeSpan.Zero, input => { running.Set(); gate.Wait(); return input + "!"; });

        var first = batcher.TryRun("first", CancellationToken.None)!;
        Assert.True(running.Wait(TimeSpan.FromSeconds(20)));
        var others = Enumerable.Range(0, 8).Select(i => batcher.TryRun($"{i}", CancellationToken.None)!).ToArray();
        gate.Set();

        Assert.Equal("first!", await first);
        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"{i}!"), await Task.WhenAll(others));
        Assert.Equal([1, 8], _sizes);
    }

    [Fact]
    public async Task TryRun_AfterCallsThatCameTogether_WaitsForOthers()
    {
        using var gate = new ManualResetEventSlim();
        using var running = new ManualResetEventSlim();
        await using var batcher = New(maxBatch: 4, wait: TimeSpan.FromMinutes(1), input => { running.Set(); gate.Wait(); return input; });
        var first = batcher.TryRun("first", CancellationToken.None)!;
        Assert.True(running.Wait(TimeSpan.FromSeconds(20)));
        var together = new[] { batcher.TryRun("a", CancellationToken.None)!, batcher.TryRun("b", CancellationToken.None)! };
        gate.Set();
        await Task.WhenAll([first, .. together]).WaitAsync(TimeSpan.FromSeconds(20));

        var calls = new List<Task<string>>();
        for (int i = 0; i < 4; i++)
        {
            calls.Add(batcher.TryRun($"{i}", CancellationToken.None)!);
            await Task.Delay(20);
        }

        await Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal([1, 2, 4], _sizes);
    }

    [Fact]
    public async Task TryRun_MoreThanABatch_IsSplit()
    {
        await using var batcher = New(maxBatch: 3, wait: TimeSpan.FromMilliseconds(100), input => input);

        await Task.WhenAll(Enumerable.Range(0, 7).Select(i => batcher.TryRun($"{i}", CancellationToken.None)!));

        Assert.Equal(7, _sizes.Sum());
        Assert.All(_sizes, size => Assert.InRange(size, 1, 3));
    }

    [Fact]
    public async Task TryRun_Alone_DoesNotWait()
    {
        await using var batcher = New(maxBatch: 8, wait: TimeSpan.FromMinutes(1), input => input);

        for (int i = 0; i < 3; i++)
            Assert.Equal("a", await batcher.TryRun("a", CancellationToken.None)!.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal([1, 1, 1], _sizes);
    }

    [Fact]
    public async Task TryRun_FullQueue_RefusesAtOnceAndTakesCallsAgainLater()
    {
        using var gate = new ManualResetEventSlim();
        await using var batcher = New(maxBatch: 1, wait: TimeSpan.Zero, input => { gate.Wait(); return input; }, queue: 2);

        var taken = new List<Task<string>>();
        while (batcher.TryRun("a", CancellationToken.None) is { } call)
            taken.Add(call);
        Assert.InRange(taken.Count, 2, 3); // two in the queue, one perhaps under way

        gate.Set();
        await Task.WhenAll(taken);
        Assert.NotNull(batcher.TryRun("b", CancellationToken.None));
    }

    [Fact]
    public async Task TryRun_CallerLeft_IsNotRun()
    {
        using var gate = new ManualResetEventSlim();
        using var leave = new CancellationTokenSource();
        await using var batcher = New(maxBatch: 1, wait: TimeSpan.Zero, input => { gate.Wait(); return input; });
        var first = batcher.TryRun("first", CancellationToken.None)!;
        var second = batcher.TryRun("second", leave.Token)!;

        await leave.CancelAsync();
        gate.Set();

        await first;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Equal([1], _sizes);
    }

    [Fact]
    public async Task TryRun_NetworkThrows_TellsTheCallersAndGoesOn()
    {
        await using var batcher = New(maxBatch: 1, wait: TimeSpan.Zero, input => input == "bad" ? throw new InvalidOperationException("no") : input);

        await Assert.ThrowsAsync<InvalidOperationException>(() => batcher.TryRun("bad", CancellationToken.None)!);

        Assert.Equal("good", await batcher.TryRun("good", CancellationToken.None)!);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    private Batcher<string, string> New(int maxBatch, TimeSpan wait, Func<string, string> answer, int queue = 64) => new(
        "test",
        batch =>
        {
            _sizes.Add(batch.Count);
            return [.. batch.Select(answer)];
        },
        new RegressorHostOptions { MaxBatch = maxBatch, MaxWait = wait, QueueLength = queue }, _metrics);
}
