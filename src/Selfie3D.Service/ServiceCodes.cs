namespace Selfie3D.Service;

/// <summary>Stable codes that the service adds to those of <see cref="ErrorCodes"/>.</summary>
public static class ServiceCodes
{
    /// <summary>There is no such job, or no longer.</summary>
    public const string NotFound = "not-found";

    /// <summary>The caller asks too often.</summary>
    public const string TooManyRequests = "too-many-requests";

    /// <summary>More jobs wait than the service takes on.</summary>
    public const string Busy = "busy";

    /// <summary>A parameter of the request is wrong.</summary>
    public const string BadRequest = "bad-request";

    /// <summary>The callback's address may not be called.</summary>
    public const string CallbackRefused = "callback-refused";

    /// <summary>The upload link ran out before a photo was there.</summary>
    public const string UploadExpired = "upload-expired";

    /// <summary>The photo was gone before the job could read it.</summary>
    public const string PhotoMissing = "photo-missing";

    /// <summary>The blob storage does not answer.</summary>
    public const string StorageUnavailable = "storage-unavailable";

    /// <summary>The job failed for a reason that is not the photo's, after several tries.</summary>
    public const string InternalError = "internal-error";
}
