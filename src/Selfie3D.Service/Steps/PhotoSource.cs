using Selfie3D.Imaging;
using Selfie3D.Service.Storage;
using Selfie3D.Service.Uploads;

namespace Selfie3D.Service.Steps;

/// <summary>Gives the steps the decoded photo of a job.</summary>
public sealed class PhotoSource(JobFiles files, IPhotoReader reader, StepMemory memory, ServiceOptions options)
{
    /// <summary>The photo of a job, checked and decoded.</summary>
    /// <exception cref="SelfieException">It is missing, too large, or no photo.</exception>
    public async Task<Photo> ReadAsync(string id, CancellationToken cancel)
    {
        if (memory.Recall<Photo>(id) is { } known)
            return known;
        byte[] bytes = await files.ReadUploadAsync(id, options.MaxUploadBytes, cancel).ConfigureAwait(false)
            ?? throw new SelfieException(ServiceCodes.PhotoMissing, "The photo is gone. Upload it again as a new job.");
        UploadCheck.Whole(bytes);
        var photo = await Computation.RunAsync(() => reader.Read(bytes), cancel).ConfigureAwait(false);
        memory.Keep(id, photo);
        return photo;
    }
}
