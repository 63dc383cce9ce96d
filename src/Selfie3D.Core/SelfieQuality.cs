using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D;

/// <summary>How far a head is to be trusted.</summary>
/// <param name="Score">0..1, larger is better.</param>
/// <param name="Warnings">What lowers the quality, for the user; empty when nothing does.</param>
public sealed record SelfieQuality(float Score, IReadOnlyList<QualityWarning> Warnings)
{
    private const float GoodFaceSize = 120, LargeYaw = 50, LargePitch = 35, LowConfidence = 0.5f, OutsideShare = 0.1f;

    /// <summary>Judges one head.</summary>
    /// <param name="photo">The photo that the head was made of.</param>
    /// <param name="face">The face, pixels of the full photo.</param>
    /// <param name="estimate">What the networks said, in pixels of the photo's decoded image.</param>
    public static SelfieQuality Judge(Photo photo, FaceBox face, HeadEstimate estimate)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(estimate);
        var warnings = new List<QualityWarning>();
        if (face.Score <= 0)
            Warn(QualityCodes.FaceNotFound, $"No face was found in the given box; the box itself was taken.");
        if (face.Size < GoodFaceSize)
            Warn(QualityCodes.SmallFace, $"The face is only {face.Size:0} pixels wide; {GoodFaceSize:0} or more give a sharper head.");
        float yaw = MathF.Abs(estimate.Pose.YawDegrees), pitch = MathF.Abs(estimate.Pose.PitchDegrees);
        if (yaw > LargeYaw)
            Warn(QualityCodes.ExtremePose, $"The face is turned aside by {yaw:0} degrees; the hidden side is a guess.");
        else if (pitch > LargePitch)
            Warn(QualityCodes.ExtremePose, $"The face looks {(estimate.Pose.PitchDegrees > 0 ? "up" : "down")} by {pitch:0} degrees; the hidden parts are a guess.");
        if (OutsideOf(photo.Image, estimate.Landmarks68) > OutsideShare)
            Warn(QualityCodes.CutOff, $"Part of the face lies outside the photo; that part is a guess.");
        if (estimate.Confidence < LowConfidence)
            Warn(QualityCodes.LowConfidence, $"The face is hard to make out; the shape may be wrong.");
        return new SelfieQuality(estimate.Confidence, warnings);

        void Warn(string code, FormattableString message) => warnings.Add(new QualityWarning(code, FormattableString.Invariant(message)));
    }

    // Share of the landmarks that lie outside the image.
    private static float OutsideOf(RgbImage image, Vector3[] landmarks) =>
        (float)landmarks.Count(p => p.X < 0 || p.Y < 0 || p.X > image.Width || p.Y > image.Height) / landmarks.Length;
}
