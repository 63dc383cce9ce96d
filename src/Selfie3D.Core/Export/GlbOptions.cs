using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Measuring;
using Selfie3D.Regression;

namespace Selfie3D.Export;

/// <summary>What a GLB file says beside the mesh.</summary>
public sealed record GlbOptions
{
    private const int ThumbnailQuality = 80;
    private static readonly PreviewOptions ThumbnailView = new() { ViewSize = 160, YawDegrees = [20] };

    /// <summary>Name of the mesh; the node is always called <c>head</c>.</summary>
    public string Name { get; init; } = "head";

    /// <summary>68 landmarks, head frame, metres; written into the extras of the node.</summary>
    public IReadOnlyList<Vector3>? Landmarks68 { get; init; }

    /// <summary>The pose in the photo; written into the extras of the node.</summary>
    public HeadPose? Pose { get; init; }

    /// <summary>Places on the skin; each becomes an empty node <c>anchor_NAME</c> below the head's.</summary>
    public HeadAnchors? Anchors { get; init; }

    /// <summary>Sizes, millimetres; written into the extras of the node.</summary>
    public HeadMeasures? Measures { get; init; }

    /// <summary>Head frame to photo frame for row vectors; written column-major into the extras of the node.</summary>
    public Matrix4x4? HeadToPhoto { get; init; }

    /// <summary>Width and height of the upright photo, pixels; written into the extras of the node.</summary>
    public (int Width, int Height)? PhotoSize { get; init; }

    /// <summary>A small picture of the head, JPEG, for lists of files; written into the extras of the asset as a data URI.</summary>
    public ReadOnlyMemory<byte>? Thumbnail { get; init; }

    /// <summary>Whether and how the geometry is packed, for viewers that know the extension.</summary>
    public GlbPacking Packing { get; init; }

    /// <summary>JPEG quality of the texture, 1 to 100.</summary>
    public int TextureQuality { get; init; } = 90;

    /// <summary>Everything that is known about a head.</summary>
    /// <param name="head">The head.</param>
    /// <param name="name">Name of the mesh.</param>
    public static GlbOptions Of(SelfieReconstruction head, string name = "head")
    {
        ArgumentNullException.ThrowIfNull(head);
        return new GlbOptions
        {
            Name = name,
            Landmarks68 = head.HeadLandmarks68,
            Pose = head.Pose,
            Anchors = head.Anchors,
            Measures = head.Measures,
            HeadToPhoto = head.HeadToPhoto,
            PhotoSize = (head.PhotoWidth, head.PhotoHeight),
            Thumbnail = ImageEncoder.Jpeg(PreviewRenderer.Render(head.Head, ThumbnailView), ThumbnailQuality),
        };
    }
}

/// <summary>How the geometry of a GLB file is packed.</summary>
public enum GlbPacking
{
    /// <summary>Not at all: every reader of glTF reads it.</summary>
    None,

    /// <summary>EXT_meshopt_compression: a quarter of the size, and the fastest to read.</summary>
    Meshopt,

    /// <summary>KHR_draco_mesh_compression: an eighth of the size, and known to more programs, Blender among them. Closed meshes only.</summary>
    Draco,
}
