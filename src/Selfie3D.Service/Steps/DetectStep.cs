using System.Diagnostics;
using Selfie3D.Detection;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>Photo to face: <c>uploads/{id}</c> to <c>work/{id}/face.json</c>.</summary>
public sealed class DetectStep(PhotoSource photos, FaceDetector detector, StepOutputs outputs)
{
    /// <summary>Does the step, or gives its output when that is there.</summary>
    /// <exception cref="SelfieException">The photo cannot be used; trying again does not help.</exception>
    public async Task<FaceFound> RunAsync(string id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel).ConfigureAwait(false) is { } done)
            return done;
        var clock = Stopwatch.StartNew();
        var photo = await photos.ReadAsync(id, cancel).ConfigureAwait(false);
        double decode = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        var face = await Computation.RunAsync(() =>
        {
            var faces = detector.Detect(photo.Image, minFaceSize: FaceChoice.DefaultMinFaceSize * photo.Scale).Select(box => box.Scale(1 / photo.Scale)).ToList();
            return FaceChoice.Main(faces, photo.Width, photo.Height);
        }, cancel).ConfigureAwait(false);
        var found = new FaceFound(face, photo.Width, photo.Height, detector.Model, decode, clock.Elapsed.TotalMilliseconds);
        await outputs.KeepAsync(id, BlobLayout.Face, found, output => output.ToBlob(), cancel).ConfigureAwait(false);
        return found;
    }

    /// <summary>The output, or null.</summary>
    internal Task<FaceFound?> FindAsync(string id, CancellationToken cancel) => outputs.FindAsync(id, BlobLayout.Face, FaceFound.FromBlob, cancel);
}
