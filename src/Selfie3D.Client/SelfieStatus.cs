using System.Text.Json.Serialization;

namespace Selfie3D.Client;

/// <summary>A job that was started.</summary>
/// <param name="Id">Its id; who knows it can see and delete the job.</param>
/// <param name="StatusUrl">Where its state is.</param>
/// <param name="CallbackSecret">Key of the callback's signature, when a callback was asked for.</param>
public sealed record SelfieJob(string Id, Uri StatusUrl, string? CallbackSecret = null);

/// <summary>Where a job stands.</summary>
public sealed record SelfieStatus
{
    /// <summary>Id of the job.</summary>
    public required string Id { get; init; }

    /// <summary>waitingForUpload, queued, detecting, regressing, meshing, publishing, done or failed.</summary>
    public required string State { get; init; }

    /// <summary>0..1.</summary>
    public double Progress { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the work was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done or failed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When all of it is deleted.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The face, pixels of the upright photo, once it is found.</summary>
    public SelfieFace? Face { get; init; }

    /// <summary>Why it failed.</summary>
    public SelfieError? Error { get; init; }

    /// <summary>The files of a job that is done.</summary>
    public IReadOnlyList<SelfieResult> Results { get; init; } = [];

    /// <summary>Whether nothing will change any more.</summary>
    [JsonIgnore]
    public bool IsEnded => State is "done" or "failed";
}

/// <summary>A face, photo pixels, and the detector's score, 0..1.</summary>
public sealed record SelfieFace(double X, double Y, double Width, double Height, double Score);

/// <summary>Why a job failed.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Message">For the user.</param>
public sealed record SelfieError(string Code, string Message);

/// <summary>One file of a job that is done.</summary>
/// <param name="Format">glb, glb-compressed, obj (a zip with material and texture), ply, stl, preview (png) or json; if asked for, glb-draco, glb-lod1, glb-lod2, usdz or turntable (webp).</param>
/// <param name="Url">Read-only link.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="ExpiresAt">End of the link.</param>
public sealed record SelfieResult(string Format, Uri Url, long Bytes, DateTimeOffset ExpiresAt);

/// <summary>What is asked of one photo.</summary>
public sealed record SelfieUploadOptions
{
    /// <summary>Distance between the pupils, millimetres; null = the service's default.</summary>
    public double? PupilDistanceMm { get; init; }

    /// <summary>Names of the files that are wanted, such as glb and usdz; null = the usual ones.</summary>
    public IReadOnlyList<string>? Formats { get; init; }

    /// <summary>Public https address that is told about the end.</summary>
    public Uri? CallbackUrl { get; init; }
}

/// <summary>The service refused a call, or a job failed; the message is for the user.</summary>
public sealed class SelfieServiceException(string code, string message, int status) : Exception(message)
{
    /// <summary>Stable code, such as no-face.</summary>
    public string Code { get; } = code;

    /// <summary>HTTP status; 200 when the call went well and the job failed.</summary>
    public int Status { get; } = status;
}
