using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D;

/// <summary>How far a head is to be trusted.</summary>
/// <param name="Score">0..1, the network's own confidence in the landmarks.</param>
/// <param name="Warnings">What lowers the quality, for the user; empty when nothing does.</param>
public sealed record SelfieQuality(float Score, IReadOnlyList<string> Warnings)
{
    private const float GoodFaceSize = 120, LargeYaw = 50, LargePitch = 35, LowConfidence = 0.5f, OutsideShare = 0.1f;

    /// <summary>Judges one head.</summary>
    /// <param name="photoWidth">Width of the upright photo, pixels.</param>
    /// <param name="photoHeight">Height of the upright photo, pixels.</param>
    /// <param name="face">Photo pixels.</param>
    /// <param name="landmarks68">Photo frame, photo pixels.</param>
    /// <param name="pose">Pose of the head.</param>
    /// <param name="confidence">Of the landmarks, 0..1.</param>
    public static SelfieQuality Judge(
        int photoWidth, int photoHeight, FaceBox face, IReadOnlyList<Vector3> landmarks68, HeadPose pose, float confidence)
    {
        ArgumentNullException.ThrowIfNull(landmarks68);
        var warnings = new List<string>();
        if (face.Score <= 0)
            warnings.Add("No face was found in the given box; the box itself was taken.");
        if (face.Size < GoodFaceSize)
            warnings.Add(FormattableString.Invariant($"The face is only {face.Size:0} pixels wide; {GoodFaceSize:0} or more give a sharper head."));
        if (MathF.Abs(pose.YawDegrees) > LargeYaw)
            warnings.Add(FormattableString.Invariant($"The face is turned aside by {MathF.Abs(pose.YawDegrees):0} degrees; the hidden side is a guess."));
        if (MathF.Abs(pose.PitchDegrees) > LargePitch)
            warnings.Add(FormattableString.Invariant($"The face looks {(pose.PitchDegrees > 0 ? "up" : "down")} by {MathF.Abs(pose.PitchDegrees):0} degrees; the hidden parts are a guess."));
        int outside = landmarks68.Count(p => p.X < 0 || p.Y < 0 || p.X > photoWidth || p.Y > photoHeight);
        if (outside > OutsideShare * landmarks68.Count)
            warnings.Add("Part of the face lies outside the photo.");
        if (confidence < LowConfidence)
            warnings.Add("The face is hard to make out; the shape may be wrong.");
        return new SelfieQuality(confidence, warnings);
    }
}
