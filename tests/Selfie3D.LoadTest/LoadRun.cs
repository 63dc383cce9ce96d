using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Selfie3D.Client;

namespace Selfie3D.LoadTest;

/// <summary>What a load run found.</summary>
/// <param name="Jobs">Jobs that were started.</param>
/// <param name="Done">Jobs that ended well.</param>
/// <param name="Repeated">Jobs that the host made more than once.</param>
/// <param name="Begun">Jobs whose work was begun more than once.</param>
/// <param name="WallSeconds">From the first start to the last end.</param>
/// <param name="PipelineSeconds">The pipeline's own time, summed over the jobs.</param>
/// <param name="WorkSeconds">From the start of the work to its end, summed over the jobs.</param>
/// <param name="HostSeconds">Processor time of the host, which other load changes less than the clock.</param>
/// <param name="StorageSeconds">Processor time of the storage emulator.</param>
/// <param name="Workers">Jobs that the host works on at the same time.</param>
/// <param name="Megabytes">Resident memory of the host after each tenth of the jobs.</param>
internal sealed record LoadReport(
    int Jobs, int Done, int Repeated, int Begun, double WallSeconds, double PipelineSeconds, double WorkSeconds, double HostSeconds, double StorageSeconds, int Workers, IReadOnlyList<double> Megabytes)
{
    /// <summary>Share of the work's time that is not the pipeline's.</summary>
    public double Overhead => 1 - PipelineSeconds / WorkSeconds;

    /// <summary>Share of the workers' whole time that is not the pipeline's: with the queue, tidying up, and everything that callers wait for.</summary>
    public double WallOverhead => 1 - PipelineSeconds / (WallSeconds * Workers);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Done} of {Jobs} jobs done, {Jobs - Done} lost, {Repeated} done twice, {Begun} begun twice; {WallSeconds:0.0} s, {Done / WallSeconds:0.00} jobs/s; " +
        $"pipeline {1000 * PipelineSeconds / Jobs:0} ms and service {1000 * (WorkSeconds - PipelineSeconds) / Jobs:0} ms per job, overhead {Overhead:P1}, " +
        $"{WallOverhead:P1} of the workers' whole time; processor time per job: host {1000 * HostSeconds / Jobs:0} ms, storage emulator {1000 * StorageSeconds / Jobs:0} ms; memory after each tenth {string.Join(", ", Megabytes.Select(value => value.ToString("0", CultureInfo.InvariantCulture)))} MB");
}

/// <summary>Many jobs from many clients at once.</summary>
internal static class LoadRun
{
    public static async Task<LoadReport> RunAsync(Bench bench, int jobs, int clients)
    {
        await using var host = bench.Host();
        host.Start();
        await host.ReadyAsync();
        using var client = Bench.Client(host);
        int left = jobs, done = 0;
        double pipeline = 0, work = 0;
        var memory = new List<double>();
        var gate = new Lock();
        await OneAsync(client, bench.Photo); // warm
        using var emulator = Process.GetProcessById(bench.Azurite.ProcessId);
        double hostBefore = ProcessorSeconds(host.Process), storageBefore = ProcessorSeconds(emulator);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var (status, pipelineMs) = await OneAsync(client, bench.Photo);
                lock (gate)
                {
                    done++;
                    pipeline += pipelineMs / 1000;
                    work += (status.EndedAt - status.StartedAt)!.Value.TotalSeconds;
                    if (done * 10 / jobs > memory.Count)
                        memory.Add(Megabytes(host));
                }
            }
        }));
        double wall = clock.Elapsed.TotalSeconds;
        double hostSeconds = ProcessorSeconds(host.Process) - hostBefore, storageSeconds = ProcessorSeconds(emulator) - storageBefore;
        await Task.Delay(500); // the last line of the log
        // A message that comes twice finds the job ended, which the host logs too.
        int repeated = host.EndedJobs().Where(job => job.Outcome == "Done").GroupBy(job => job.Id).Count(job => job.Count() > 1);
        return new LoadReport(jobs, done, repeated, await bench.ResumedAsync(), wall, pipeline, work, hostSeconds, storageSeconds, bench.Workers, memory);
    }

    private static async Task<(SelfieStatus Status, double PipelineMs)> OneAsync(SelfieClient client, byte[] photo)
    {
        var job = await client.UploadAsync(new MemoryStream(photo));
        var status = await client.WaitAsync(job.Id);
        var document = new MemoryStream();
        await client.DownloadAsync(status, "json", document);
        using var json = JsonDocument.Parse(document.ToArray());
        return (status, json.RootElement.GetProperty("timingsMs").GetProperty("total").GetDouble());
    }

    private static double ProcessorSeconds(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double Megabytes(HostProcess host)
    {
        host.Process.Refresh();
        return host.Process.WorkingSet64 / 1e6;
    }
}
