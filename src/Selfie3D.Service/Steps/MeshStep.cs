using Selfie3D.Imaging;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>Volume to textured head: <c>uploads/{id}</c> and the work of the steps before to <c>work/{id}/head.bin</c>.</summary>
public sealed class MeshStep(
    PhotoSource photos, DetectStep detect, RegressStep regress, StepOutputs outputs, ReconstructorOptions reconstruction)
{
    /// <summary>Does the step; nothing when its output is there.</summary>
    /// <param name="id">Job.</param>
    /// <param name="pupilDistanceMm">Scales the head, millimetres; null assumes the adult mean.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieException">The photo cannot be used; trying again does not help.</exception>
    public async Task RunAsync(string id, float? pupilDistanceMm, CancellationToken cancel)
    {
        if (await outputs.HasAsync<HeadMade>(id, BlobLayout.Head, cancel).ConfigureAwait(false))
            return;
        var face = await detect.RunAsync(id, cancel).ConfigureAwait(false);
        var volume = await regress.ReadAsync(id, cancel).ConfigureAwait(false);
        var photo = await photos.ReadAsync(id, cancel).ConfigureAwait(false);
        var made = await Computation.RunAsync(() => new HeadMade(Make(photo, face, volume, pupilDistanceMm)), cancel).ConfigureAwait(false);
        await outputs.KeepAsync(id, BlobLayout.Head, made, output => output.ToBlob(), cancel).ConfigureAwait(false);
    }

    /// <summary>The output.</summary>
    /// <exception cref="JobGoneException">It is not there.</exception>
    internal async Task<HeadMade> ReadAsync(string id, CancellationToken cancel) =>
        await outputs.FindAsync(id, BlobLayout.Head, HeadMade.FromBlob, cancel).ConfigureAwait(false) ?? throw new JobGoneException();

    private SelfieReconstruction Make(Photo photo, FaceFound found, HeadVolumeFound volume, float? pupilDistanceMm)
    {
        var head = HeadBuilder.Build(photo, found.Face, volume.Estimate, pupilDistanceMm, reconstruction);
        return head with
        {
            Models = [found.Model, .. volume.Models],
            Timings = head.Timings with { Decode = found.DecodeMs, Detect = found.DetectMs, Regress = volume.RegressMs },
        };
    }
}
