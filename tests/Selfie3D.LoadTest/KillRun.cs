using Selfie3D.Client;

namespace Selfie3D.LoadTest;

/// <summary>What a run with kills found.</summary>
/// <param name="Jobs">Jobs that were accepted.</param>
/// <param name="Done">Jobs that ended well.</param>
/// <param name="Failed">Codes of the others.</param>
/// <param name="Orphans">Blobs that belong to no job, or that an ended job should not have.</param>
/// <param name="Resumed">Jobs whose work was begun more than once: they were hit in the middle.</param>
/// <param name="Incomplete">Jobs that are done and whose files are not all there in full length.</param>
internal sealed record KillReport(int Jobs, int Done, IReadOnlyList<string> Failed, IReadOnlyList<string> Orphans, int Resumed, int Incomplete)
{
    public override string ToString() =>
        $"{Done} of {Jobs} jobs done ({Resumed} of them begun more than once), {Failed.Count} failed{(Failed.Count > 0 ? $" ({string.Join(", ", Failed)})" : "")}, {Incomplete} incomplete, {Orphans.Count} orphaned blobs";
}

/// <summary>Kills the host (or takes the storage away) while jobs run, and looks whether every job ends properly.</summary>
internal static class KillRun
{
    // For the next job to end, whatever was left to do before it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    /// <summary>kill -9 at random moments.</summary>
    public static async Task<KillReport> KillHostAsync(Bench bench, int times, int seed = 1)
    {
        var random = new Random(seed);
        await using var host = bench.Host();
        host.Start();
        await host.ReadyAsync();
        var jobs = new List<string>();
        for (int round = 0; round < times; round++)
        {
            using (var client = Bench.Client(host))
            {
                for (int i = 0; i < 2; i++)
                    jobs.Add((await StartAsync(client, bench.Photo, round + i)).Id);
                await Task.Delay(random.Next(50, 2000));
            }

            await host.KillAsync();
            host.Start();
            await host.ReadyAsync();
        }

        return await CheckAsync(bench, host, jobs);
    }

    /// <summary>The storage goes and comes back.</summary>
    public static async Task<KillReport> StopStorageAsync(Bench bench, int jobCount, TimeSpan outage)
    {
        await using var host = bench.Host();
        host.Start();
        await host.ReadyAsync();
        var jobs = new List<string>();
        using (var client = Bench.Client(host))
        {
            for (int i = 0; i < jobCount; i++)
                jobs.Add((await StartAsync(client, bench.Photo, i)).Id);
        }

        await bench.Azurite.DisposeAsync();
        await Task.Delay(outage);
        await bench.StartStorageAsync();
        return await CheckAsync(bench, host, jobs);
    }

    private static Task<SelfieJob> StartAsync(SelfieClient client, byte[] photo, int turn) =>
        turn % 2 == 0 ? client.UploadAsync(new MemoryStream(photo)) : client.SendAsync(new MemoryStream(photo));

    private static async Task<KillReport> CheckAsync(Bench bench, HostProcess host, List<string> jobs)
    {
        using var client = Bench.Client(host);
        int done = 0, incomplete = 0;
        var failed = new List<string>();
        foreach (string id in jobs)
        {
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                var status = await client.WaitAsync(id, cancel: patience.Token);
                done++;
                foreach (var file in status.Results)
                {
                    var content = new MemoryStream();
                    await client.DownloadAsync(status, file.Format, content, patience.Token);
                    if (content.Length != file.Bytes || file.Bytes == 0)
                        incomplete++;
                }

                if (status.Results.Count != 7)
                    incomplete++;
            }
            catch (SelfieServiceException e) when (e.Status == 200)
            {
                failed.Add(e.Code);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                failed.Add($"stuck {(await client.GetAsync(id)).State}");
            }
        }

        // An ended job keeps its record and its results, and nothing else.
        using var last = new CancellationTokenSource(Patience);
        IReadOnlyList<string> orphans;
        do
        {
            await Task.Delay(500);
            orphans = await bench.BlobsAsync("uploads", "work");
        }
        while (orphans.Count > 0 && !last.IsCancellationRequested);
        var known = jobs.ToHashSet();
        var strays = (await bench.BlobsAsync("results", "jobs")).Where(name => !known.Contains(name.Split('/')[1]));
        return new KillReport(jobs.Count, done, failed, [.. orphans, .. strays], await bench.ResumedAsync(), incomplete);
    }
}
