using System.Diagnostics;
using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D;

/// <summary>The second half of the path of a photo: from what the networks say to the finished head.</summary>
public static class HeadBuilder
{
    /// <summary>Takes the surface out of the volume, colours it and measures it.</summary>
    /// <param name="photo">The whole photo.</param>
    /// <param name="face">Photo pixels.</param>
    /// <param name="estimate">In pixels of the photo's image.</param>
    /// <param name="pupilDistanceMm">Scales the head; null assumes <see cref="HeadFrame.DefaultPupilDistanceMm"/>.</param>
    /// <param name="options">Surface and texture; null for the defaults.</param>
    /// <param name="cancel">Checked between the stages.</param>
    /// <returns>Without <see cref="SelfieReconstruction.Models"/>, and with the times of mesh and texture only.</returns>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ReconstructionFailed"/>: no closed head can be made of the volume.</exception>
    public static SelfieReconstruction Build(
        Photo photo, FaceBox face, HeadEstimate estimate, float? pupilDistanceMm = null, ReconstructorOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(estimate);
        options ??= new ReconstructorOptions();
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        using var surface = Isosurface.Rent(estimate.Volume, options.Isosurface);
        var report = MeshChecks.Inspect(surface.Mesh);
        if (!report.Watertight)
            throw new SelfieException(ErrorCodes.ReconstructionFailed, "A face was found, but no closed head could be made of it. Use a sharper, better lit photo.");
        double mesh = clock.Elapsed.TotalMilliseconds;

        cancel.ThrowIfCancellationRequested();
        clock.Restart();
        float pupils = pupilDistanceMm ?? HeadFrame.DefaultPupilDistanceMm;
        var frame = HeadFrame.FromLandmarks(estimate.Landmarks68, pupils, estimate.Perspective);
        Vector3[] headLandmarks = [.. estimate.Landmarks68.Select(frame.ToHead)];
        var headMesh = Texturer.ToHead(surface.Mesh, frame);
        HeadAnchors? anchors = null;
        SelfieQuality? quality = null;
        var head = Texturer.Apply(surface.Mesh, headMesh, photo.Image, frame, options.Texture, meanwhile: () =>
        {
            anchors = HeadAnchors.Find(headMesh, headLandmarks);
            quality = SelfieQuality.Judge(photo, face, estimate);
        });
        double texture = clock.Elapsed.TotalMilliseconds;

        var headToPhoto = frame.HeadToPhoto * Matrix4x4.CreateScale(1 / photo.Scale);
        return new SelfieReconstruction
        {
            PhotoWidth = photo.Width,
            PhotoHeight = photo.Height,
            Face = face,
            Pose = estimate.Pose,
            Landmarks68 = [.. headLandmarks.Select(point => Projected(point, headToPhoto))],
            HeadLandmarks68 = headLandmarks,
            HeadToPhoto = headToPhoto,
            Anchors = anchors!,
            Measures = HeadMeasures.Of(headMesh, headLandmarks, anchors!, pupils, pupilDistanceMm is null),
            Head = head,
            Report = report,
            Quality = quality!,
            Models = [],
            Timings = new StageTimings(0, 0, 0, mesh, texture, 0),
        };
    }

    private static Vector3 Projected(Vector3 head, Matrix4x4 headToPhoto)
    {
        var photo = Vector4.Transform(head, headToPhoto);
        return photo.AsVector3() / photo.W;
    }
}
