using System.Diagnostics;
using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Service.Storage;
using Selfie3D.Texturing;

namespace Selfie3D.Service.Steps;

/// <summary>Volume to textured head: <c>uploads/{id}</c> and the work of the steps before to <c>work/{id}/head.bin</c>.</summary>
public sealed class MeshStep(
    JobFiles files, PhotoSource photos, DetectStep detect, RegressStep regress, StepMemory memory, ReconstructorOptions reconstruction)
{
    /// <summary>Does the step; nothing when its output is there.</summary>
    /// <param name="id">Job.</param>
    /// <param name="pupilDistanceMm">Scales the head, millimetres.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieException">The photo cannot be used; trying again does not help.</exception>
    public async Task RunAsync(string id, float pupilDistanceMm, CancellationToken cancel)
    {
        if (await files.HasWorkAsync(id, BlobLayout.Head, cancel).ConfigureAwait(false))
            return;
        var face = await detect.RunAsync(id, cancel).ConfigureAwait(false);
        var volume = await regress.ReadAsync(id, cancel).ConfigureAwait(false);
        var photo = await photos.ReadAsync(id, cancel).ConfigureAwait(false);
        var made = await Computation.RunAsync(() => new HeadMade(Make(photo, face, volume, pupilDistanceMm)), cancel).ConfigureAwait(false);
        await files.WriteWorkAsync(id, BlobLayout.Head, made.ToBlob(), cancel).ConfigureAwait(false);
        memory.Keep(id, made);
    }

    /// <summary>The output.</summary>
    /// <exception cref="JobGoneException">It is not there.</exception>
    internal async Task<HeadMade> ReadAsync(string id, CancellationToken cancel) =>
        memory.Recall<HeadMade>(id) ??
        HeadMade.FromBlob(await files.ReadWorkAsync(id, BlobLayout.Head, cancel).ConfigureAwait(false) ?? throw new JobGoneException());

    private SelfieReconstruction Make(Photo photo, FaceFound found, HeadVolumeFound volume, float pupilDistanceMm)
    {
        var clock = Stopwatch.StartNew();
        var estimate = volume.Estimate;
        var surface = Isosurface.Extract(estimate.Volume, reconstruction.Isosurface);
        var report = MeshChecks.Inspect(surface);
        if (!report.Watertight)
            throw new SelfieException(ErrorCodes.ReconstructionFailed, "A face was found, but no closed head could be made of it. Use a sharper, better lit photo.");
        double mesh = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        var frame = HeadFrame.FromLandmarks(estimate.Landmarks68, pupilDistanceMm);
        var head = Texturer.Apply(surface, photo.Image, frame, reconstruction.Texture);
        Vector3[] landmarks = [.. estimate.Landmarks68.Select(point => point / photo.Scale)];
        return new SelfieReconstruction
        {
            PhotoWidth = photo.Width,
            PhotoHeight = photo.Height,
            Face = found.Face,
            Pose = estimate.Pose,
            Landmarks68 = landmarks,
            HeadLandmarks68 = [.. estimate.Landmarks68.Select(frame.ToHead)],
            Head = head,
            Report = report,
            Quality = SelfieQuality.Judge(photo.Width, photo.Height, found.Face, landmarks, estimate.Pose, estimate.Confidence),
            Models = [found.Model, .. volume.Models],
            Timings = new StageTimings(found.DecodeMs, found.DetectMs, volume.RegressMs, mesh, clock.Elapsed.TotalMilliseconds, 0),
        };
    }
}
