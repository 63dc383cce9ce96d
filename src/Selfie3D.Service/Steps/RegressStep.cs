using System.Diagnostics;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>Face to volume: <c>uploads/{id}</c> and <c>work/{id}/face.json</c> to <c>work/{id}/volume.bin</c>.</summary>
public sealed class RegressStep(PhotoSource photos, DetectStep detect, IHeadEstimator estimator, StepOutputs outputs)
{
    /// <summary>Does the step; nothing when its output is there.</summary>
    /// <exception cref="SelfieException">The photo cannot be used; trying again does not help.</exception>
    public async Task RunAsync(string id, CancellationToken cancel)
    {
        if (await outputs.HasAsync<HeadVolumeFound>(id, BlobLayout.Volume, cancel).ConfigureAwait(false))
            return;
        var found = await detect.RunAsync(id, cancel).ConfigureAwait(false);
        var photo = await photos.ReadAsync(id, cancel).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var estimate = await estimator.EstimateAsync(photo.Image, found.Face.Scale(photo.Scale), cancel).ConfigureAwait(false);
        var volume = new HeadVolumeFound(estimate, estimator.Models, clock.Elapsed.TotalMilliseconds);
        await outputs.KeepAsync(id, BlobLayout.Volume, volume, output => output.ToBlob(), cancel).ConfigureAwait(false);
    }

    /// <summary>The output.</summary>
    /// <exception cref="JobGoneException">It is not there.</exception>
    internal async Task<HeadVolumeFound> ReadAsync(string id, CancellationToken cancel) =>
        await outputs.FindAsync(id, BlobLayout.Volume, HeadVolumeFound.FromBlob, cancel).ConfigureAwait(false) ?? throw new JobGoneException();
}
