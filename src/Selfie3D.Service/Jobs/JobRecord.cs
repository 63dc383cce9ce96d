using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Selfie3D.Service.Jobs;

/// <summary>All that is known of a job: the blob <c>jobs/{id}</c>.</summary>
public sealed record JobRecord
{
    /// <summary>Id of the job.</summary>
    public required string Id { get; init; }

    /// <summary>Where it stands.</summary>
    public JobState State { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its state last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When all of it is deleted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When the upload link ends; null when the photo came with the request.</summary>
    public DateTimeOffset? UploadExpiresAt { get; init; }

    /// <summary>Distance between the pupils that scales the head, millimetres.</summary>
    public float? PupilDistanceMm { get; init; }

    /// <summary>Names of the files that were asked for; null = the usual ones.</summary>
    public IReadOnlyList<string>? Formats { get; init; }

    /// <summary>Size of the upright photo, pixels; known once the face is.</summary>
    public SelfieDocument.PhotoSize? Photo { get; init; }

    /// <summary>The face, photo pixels.</summary>
    public SelfieDocument.FaceArea? Face { get; init; }

    /// <summary>The files of a job that is done.</summary>
    public IReadOnlyList<ResultFile> Results { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public JobError? Error { get; init; }

    /// <summary>When the work was first begun.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was done or failed.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Times that the work on it was begun.</summary>
    public int Tries { get; init; }

    /// <summary>Whom to tell about the end; null when nobody asked, or when it was told.</summary>
    public JobCallback? Callback { get; init; }
}

/// <summary>One file of a job that is done.</summary>
/// <param name="Format">Name of one of <see cref="Storage.ResultFormats.All"/>.</param>
/// <param name="Bytes">Length of the file.</param>
public sealed record ResultFile(string Format, long Bytes);

/// <summary>Why a job failed.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Message">For the user: what was found, what is allowed, what to do.</param>
public sealed record JobError(string Code, string Message);

/// <summary>Whom to tell about the end of a job.</summary>
/// <param name="Url">Where to post to.</param>
/// <param name="Secret">Key of the signature; known to the service and to who made the job.</param>
public sealed record JobCallback(Uri Url, string Secret);

/// <summary>JSON of the service: camelCase, nulls left out.</summary>
public static class ServiceJson
{
    /// <summary>The options.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // links stay readable; nothing of this goes into HTML
        IncludeFields = true, // vectors and tuples
        RespectNullableAnnotations = true,
    };
}
