using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Export;

/// <summary>What a GLB file says beside the mesh.</summary>
public sealed record GlbOptions
{
    /// <summary>Name of the node and the mesh.</summary>
    public string Name { get; init; } = "Head";

    /// <summary>68 landmarks, head frame, metres; written into the extras of the node.</summary>
    public IReadOnlyList<Vector3>? Landmarks68 { get; init; }

    /// <summary>The pose in the photo; written into the extras of the node.</summary>
    public HeadPose? Pose { get; init; }

    /// <summary>JPEG quality of the texture, 1 to 100.</summary>
    public int TextureQuality { get; init; } = 90;
}
