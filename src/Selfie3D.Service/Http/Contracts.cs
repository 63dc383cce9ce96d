using Selfie3D.Service.Jobs;

namespace Selfie3D.Service.Http;

/// <summary>Answer to <c>POST /uploads</c>.</summary>
/// <param name="Id">Id of the job.</param>
/// <param name="UploadUrl">PUT the photo here, once, with the header <c>x-ms-blob-type: BlockBlob</c>.</param>
/// <param name="ExpiresAt">End of the link.</param>
/// <param name="MaxBytes">Most bytes of the photo.</param>
/// <param name="StatusUrl">Where the job's state is.</param>
/// <param name="CallbackSecret">Key of the callback's signature, when one was asked for.</param>
public sealed record UploadAnswer(string Id, Uri UploadUrl, DateTimeOffset ExpiresAt, long MaxBytes, Uri StatusUrl, string? CallbackSecret);

/// <summary>Answer to <c>POST /selfies</c>.</summary>
/// <param name="Id">Id of the job.</param>
/// <param name="StatusUrl">Where the job's state is.</param>
/// <param name="CallbackSecret">Key of the callback's signature, when one was asked for.</param>
public sealed record SelfieAnswer(string Id, Uri StatusUrl, string? CallbackSecret);

/// <summary>Answer to <c>GET /selfies/{id}</c>, and the body of callbacks.</summary>
public sealed record StatusAnswer
{
    /// <summary>Id of the job.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>0..1.</summary>
    public required double Progress { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the work was begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done or failed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When all of it is deleted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Size of the upright photo, pixels, once the face is found.</summary>
    public SelfieDocument.PhotoSize? Photo { get; init; }

    /// <summary>The face, photo pixels, once it is found.</summary>
    public SelfieDocument.FaceArea? Face { get; init; }

    /// <summary>Why it failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>The files; empty until the job is done.</summary>
    public required IReadOnlyList<ResultLink> Results { get; init; }
}

/// <summary>One file of a job that is done.</summary>
/// <param name="Format">Name of one of <see cref="Storage.ResultFormats.All"/>.</param>
/// <param name="Url">Read-only link.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="ExpiresAt">End of the link; ask for the status again for a new one.</param>
public sealed record ResultLink(string Format, Uri Url, long Bytes, DateTimeOffset ExpiresAt);
