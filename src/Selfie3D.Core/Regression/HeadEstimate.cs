using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>What the networks say about one head of a photo.</summary>
public sealed record HeadEstimate
{
    /// <summary>The whole head as a signed distance.</summary>
    public required HeadVolume Volume { get; init; }

    /// <summary>68 points in the photo frame, pixels, AFLW definition; z has the origin of the volume's z.</summary>
    public required Vector3[] Landmarks68 { get; init; }

    /// <summary>Of the photo's camera, in the same frame; by default it is far away.</summary>
    public Perspective Perspective { get; init; }

    /// <summary>Pose of the head, from the landmarks.</summary>
    public required HeadPose Pose { get; init; }

    /// <summary>How far the landmarks are to be trusted, 0..1.</summary>
    public required float Confidence { get; init; }

    /// <summary>
    /// Mean distance of the landmarks between the last two passes as a share of the face's side: how much the network's mind
    /// changes with its crop. 0 where only one pass was made.
    /// </summary>
    public required float Drift { get; init; }
}
