using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D;

/// <summary>One head, made from one face of a photo. All photo coordinates are those of the upright photo in its full size.</summary>
public sealed record SelfieReconstruction
{
    /// <summary>Width of the upright photo, pixels.</summary>
    public required int PhotoWidth { get; init; }

    /// <summary>Height of the upright photo, pixels.</summary>
    public required int PhotoHeight { get; init; }

    /// <summary>The face, photo pixels.</summary>
    public required FaceBox Face { get; init; }

    /// <summary>Pose of the head.</summary>
    public required HeadPose Pose { get; init; }

    /// <summary>68 points in the photo frame, pixels, AFLW definition: <see cref="HeadLandmarks68"/> through <see cref="HeadToPhoto"/>.</summary>
    public required IReadOnlyList<Vector3> Landmarks68 { get; init; }

    /// <summary>The same points in the head frame, metres.</summary>
    public required IReadOnlyList<Vector3> HeadLandmarks68 { get; init; }

    /// <summary>Head frame (metres) to photo frame (pixels), for row vectors: see <see cref="HeadFrame.HeadToPhoto"/>.</summary>
    public required Matrix4x4 HeadToPhoto { get; init; }

    /// <summary>Places to hang glasses and hats on: head frame, metres.</summary>
    public required HeadAnchors Anchors { get; init; }

    /// <summary>Sizes, millimetres.</summary>
    public required HeadMeasures Measures { get; init; }

    /// <summary>The head: metres, textured.</summary>
    public required TexturedMesh Head { get; init; }

    /// <summary>Whether the head is closed, in one piece and so on.</summary>
    public required MeshReport Report { get; init; }

    /// <summary>How far the head is to be trusted, and why not.</summary>
    public required SelfieQuality Quality { get; init; }

    /// <summary>File name and version of each model that was used.</summary>
    public required IReadOnlyList<(string FileName, string Version)> Models { get; init; }

    /// <summary>What the stages took.</summary>
    public required StageTimings Timings { get; init; }

    /// <summary>The same with about as many triangles as asked for, see <see cref="HeadSimplifier.Simplify"/>.</summary>
    public SelfieReconstruction Simplify(int triangles, CancellationToken cancel = default)
    {
        var head = HeadSimplifier.Simplify(Head, triangles, cancel);
        return this with { Head = head, Report = MeshChecks.Inspect(head.Mesh) };
    }
}
