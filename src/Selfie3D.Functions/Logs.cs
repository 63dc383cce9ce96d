using Microsoft.Extensions.Logging;

namespace Selfie3D.Functions;

/// <summary>All texts that the app logs. They hold ids, never photos, and never links with signatures.</summary>
internal static partial class Logs
{
    [LoggerMessage(1, LogLevel.Information, "The work on job {Id} is begun.")]
    public static partial void Scheduled(this ILogger log, string id);

    [LoggerMessage(2, LogLevel.Information, "Job {Id} is being worked on already; this event starts nothing.")]
    public static partial void AlreadyScheduled(this ILogger log, string id);

    [LoggerMessage(3, LogLevel.Warning, "A blob in the container of photos has no job's name; it is left to the sweep.")]
    public static partial void ForeignBlob(this ILogger log);

    [LoggerMessage(4, LogLevel.Warning, "Job {Id} failed in stage {Stage} with {Code}.")]
    public static partial void Failed(this ILogger log, string id, string stage, string code);

    [LoggerMessage(5, LogLevel.Error, "Job {Id} is given up: {Reason}")]
    public static partial void GivenUp(this ILogger log, string id, string reason);

    [LoggerMessage(6, LogLevel.Information, "The sweep deleted {Expired} expired job(s), {Orphans} orphan(s) and {Histories} orchestration histories.")]
    public static partial void Swept(this ILogger log, int expired, int orphans, int histories);

    [LoggerMessage(7, LogLevel.Warning, "{Count} job(s) stood still and were started again.")]
    public static partial void Restarted(this ILogger log, int count);

    [LoggerMessage(8, LogLevel.Warning, "The callback of job {Id} is given up.")]
    public static partial void CallbackGivenUp(this ILogger log, string id);

    [LoggerMessage(9, LogLevel.Error, "The event of job {Id} was tried too often and lies in the poison queue.")]
    public static partial void Poisoned(this ILogger log, string id);

    [LoggerMessage(10, LogLevel.Warning, "A message of the poison queue names no job.")]
    public static partial void PoisonUnknown(this ILogger log);
}
