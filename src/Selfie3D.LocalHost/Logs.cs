using Microsoft.Extensions.Logging;

namespace Selfie3D.LocalHost;

/// <summary>All texts that the host logs. They hold ids, never photos, and never links with signatures.</summary>
internal static partial class Logs
{
    [LoggerMessage(1, LogLevel.Information, "Selfie3D listens on {Url} with {Workers} worker(s); storage: {Storage}.")]
    public static partial void Listening(this ILogger log, string url, int workers, string storage);

    [LoggerMessage(2, LogLevel.Information, "Models loaded from {Folder} in {Milliseconds} ms.")]
    public static partial void ModelsLoaded(this ILogger log, string folder, long milliseconds);

    [LoggerMessage(3, LogLevel.Critical, "The models cannot be loaded: {Reason}")]
    public static partial void ModelsUnusable(this ILogger log, string reason);

    [LoggerMessage(4, LogLevel.Information, "Installing the storage emulator with npm into {Folder}; this happens once.")]
    public static partial void InstallingAzurite(this ILogger log, string folder);

    [LoggerMessage(5, LogLevel.Information, "The storage emulator keeps its data in {Folder}.")]
    public static partial void AzuriteStarted(this ILogger log, string folder);

    [LoggerMessage(6, LogLevel.Critical, "The storage emulator ended with code {Code}.")]
    public static partial void AzuriteEnded(this ILogger log, int code);

    [LoggerMessage(10, LogLevel.Information, "Job {Id}: {Outcome} after {Milliseconds} ms.")]
    public static partial void JobRun(this ILogger log, string id, string outcome, long milliseconds);

    [LoggerMessage(11, LogLevel.Warning, "Job {Id}: try {Try} failed and comes again in {Seconds} s.")]
    public static partial void JobRetried(this ILogger log, Exception exception, string id, long @try, int seconds);

    [LoggerMessage(12, LogLevel.Error, "Job {Id}: given up.")]
    public static partial void JobGivenUp(this ILogger log, string id);

    [LoggerMessage(13, LogLevel.Information, "Job {Id}: handed back, the host stops.")]
    public static partial void JobHandedBack(this ILogger log, string id);

    [LoggerMessage(14, LogLevel.Warning, "A message that names no job was dropped.")]
    public static partial void MessageDropped(this ILogger log);

    [LoggerMessage(20, LogLevel.Warning, "The storage does not answer; {What} is tried again in {Seconds} s.")]
    public static partial void StorageAway(this ILogger log, Exception exception, string what, int seconds);

    [LoggerMessage(21, LogLevel.Information, "Swept: {Expired} job(s) past their time, {Orphans} without a record.")]
    public static partial void Swept(this ILogger log, int expired, int orphans);

    [LoggerMessage(22, LogLevel.Warning, "{Count} job(s) stood still and were put into the queue again.")]
    public static partial void Restarted(this ILogger log, int count);

    [LoggerMessage(30, LogLevel.Information, "Job {Id}: callback made.")]
    public static partial void CallbackMade(this ILogger log, string id);

    [LoggerMessage(31, LogLevel.Warning, "Job {Id}: callback failed, try {Try}.")]
    public static partial void CallbackFailed(this ILogger log, string id, long @try);

    [LoggerMessage(32, LogLevel.Warning, "Job {Id}: callback given up.")]
    public static partial void CallbackGivenUp(this ILogger log, string id);
}
