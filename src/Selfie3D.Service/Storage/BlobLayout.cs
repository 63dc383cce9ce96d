namespace Selfie3D.Service.Storage;

/// <summary>Names of containers, blobs and queues: the one place that knows where what lies.</summary>
/// <param name="prefix">Put before all names of containers and queues.</param>
public sealed class BlobLayout(string prefix = "")
{
    /// <summary>In <see cref="Work"/>: what the Detect step found.</summary>
    public const string Face = "face.json";

    /// <summary>In <see cref="Work"/>: the volume of the Regress step.</summary>
    public const string Volume = "volume.bin";

    /// <summary>In <see cref="Work"/>: the textured head of the Mesh step.</summary>
    public const string Head = "head.bin";

    /// <summary>In <see cref="Work"/>: leased by who works on the job.</summary>
    public const string Lock = "lock";

    /// <summary>Container of the job records, one blob for each id.</summary>
    public string Jobs { get; } = prefix + "jobs";

    /// <summary>Container of the photos, one blob for each id.</summary>
    public string Uploads { get; } = prefix + "uploads";

    /// <summary>Container of what the steps hand on: <c>{id}/{name}</c>.</summary>
    public string Work { get; } = prefix + "work";

    /// <summary>Container of the results: <c>{id}/{name}</c>.</summary>
    public string Results { get; } = prefix + "results";

    /// <summary>All containers.</summary>
    public IReadOnlyList<string> Containers => [Jobs, Uploads, Work, Results];

    /// <summary>Queue of job ids.</summary>
    public string JobQueue { get; } = prefix + "selfies";

    /// <summary>Queue of ids that were given up.</summary>
    public string PoisonQueue { get; } = prefix + "selfies-poison";

    /// <summary>Queue of callbacks that are still to be made.</summary>
    public string CallbackQueue { get; } = prefix + "callbacks";

    /// <summary>The job that a blob of any container belongs to, or null when its name is none of the layout's.</summary>
    public static string? JobOf(string blobName)
    {
        ArgumentNullException.ThrowIfNull(blobName);
        string first = blobName.Split('/', 2)[0];
        return Service.Jobs.JobId.IsValid(first) ? first : null;
    }
}
