namespace Selfie3D.Service;

/// <summary>Limits and lifetimes of the service; the same on every host.</summary>
public sealed record ServiceOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Selfie3D";

    /// <summary>Most bytes of a photo.</summary>
    public long MaxUploadBytes { get; init; } = 30_000_000;

    /// <summary>How long an upload link can be used.</summary>
    public TimeSpan UploadLinkLifetime { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a result link can be used; a new one comes with every status.</summary>
    public TimeSpan ResultLinkLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a job and its results are kept after the job was made.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Put before the names of all containers and queues, so that several installations can share one account: lower-case letters, digits and hyphens, or empty.</summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>Jobs that one address may start per minute; 0 = no limit.</summary>
    public int PostsPerMinute { get; init; } = 30;

    /// <summary>Status calls and deletions that one address may make per minute; 0 = no limit.</summary>
    public int ReadsPerMinute { get; init; } = 600;

    /// <summary>Waiting jobs above which new ones are refused.</summary>
    public int MaxQueueLength { get; init; } = 500;

    /// <summary>Photos that are received through the API at the same time; each is held in memory until it is stored.</summary>
    public int MaxConcurrentBodies { get; init; } = 8;

    /// <summary>Times that the work on a job is begun before it is given up.</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>How long a job that is marked as queued or under way may stand still before it is put into the queue again.</summary>
    public TimeSpan RequeueAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Where callbacks may go.</summary>
    public CallbackOptions Callbacks { get; init; } = new();
}

/// <summary>Where callbacks may go and how often they are tried.</summary>
public sealed record CallbackOptions
{
    /// <summary>
    /// Host names that are trusted to be called at private or loopback addresses and without TLS; for callbacks inside one's own network and
    /// for tests. Everybody who may start a job can make the service call them.
    /// </summary>
    public IReadOnlyList<string> TrustedHosts { get; init; } = [];

    /// <summary>Time that a receiver has to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tries before a callback is given up.</summary>
    public int MaxTries { get; init; } = 6;

    /// <summary>Wait after the first failed try; it doubles with each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(2);
}
