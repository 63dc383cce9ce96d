using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Judging;
using Selfie3D.Regression;

namespace Selfie3D;

/// <summary>How far a head is to be trusted.</summary>
/// <param name="Score">0..1: 1 / (1 + (e / 6)²) of the landmark error e, in per cent of the face's size, that is to be expected.</param>
/// <param name="Warnings">What lowers the quality, for the user; empty when nothing does.</param>
public sealed record SelfieQuality(float Score, IReadOnlyList<QualityWarning> Warnings)
{
    private const float GoodFaceSize = 120, LargeYaw = 50, LargePitch = 35, OutsideShare = 0.1f, HalfScoreError = 6;

    // Set on spoiled synthetic photos (fit-quality of the training package). None of the sound ones is as blurred or as black; 1 to
    // 2 % of those with the darkest skin are as dark. Covered: two to one.
    private const float LargeBlur = 0.022f, DarkFace = 0.17f, LargeBlackShare = 0.25f, CoveredOdds = 0.69f;

    /// <summary>Judges one head.</summary>
    /// <param name="photo">The photo that the head was made of.</param>
    /// <param name="face">The face, pixels of the full photo.</param>
    /// <param name="estimate">What the networks said, in pixels of the photo's decoded image.</param>
    public static SelfieQuality Judge(Photo photo, FaceBox face, HeadEstimate estimate)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(estimate);
        var look = FaceLook.Measure(photo.Image, estimate.Landmarks68);
        float error = QualityWeights.ExpectedError(look, estimate, face.Scale(photo.Scale).Size);
        float score = 1 / (1 + MathF.Pow(error / HalfScoreError, 2));

        var warnings = new List<QualityWarning>();
        float yaw = MathF.Abs(estimate.Pose.YawDegrees), pitch = MathF.Abs(estimate.Pose.PitchDegrees);
        if (face.Score <= 0)
            Warn(QualityCodes.FaceNotFound, $"No face was found in the given box; the box itself was taken.");
        if (face.Size < GoodFaceSize)
            Warn(QualityCodes.SmallFace, $"The face is only {face.Size:0} pixels wide; {GoodFaceSize:0} or more give a sharper head.");
        if (yaw > LargeYaw)
            Warn(QualityCodes.ExtremePose, $"The face is turned aside by {yaw:0} degrees; the hidden side is a guess.");
        else if (pitch > LargePitch)
            Warn(QualityCodes.ExtremePose, $"The face looks {(estimate.Pose.PitchDegrees > 0 ? "up" : "down")} by {pitch:0} degrees; the hidden parts are a guess.");
        if (look.Outside > OutsideShare)
            Warn(QualityCodes.CutOff, $"Part of the face lies outside the photo; that part is a guess.");
        if (look.Blur > LargeBlur)
            Warn(QualityCodes.Blurred, $"The face is blurred; hold the camera still, wipe its lens, and let it focus on the face.");
        if (look.Brightness < DarkFace)
            Warn(QualityCodes.Dark, $"The face is dark; use more light from the front.");
        else if (look.BlackShare > LargeBlackShare)
            Warn(QualityCodes.Dark, $"{look.BlackShare:0%} of the face lies in black shadow; use more light from the front.");
        else if (QualityWeights.OcclusionOdds(look) > CoveredOdds) // shadow looks like a cover
            Warn(QualityCodes.Occluded, $"Something covers part of the face; what is behind it is a guess.");
        if (error > HalfScoreError)
            Warn(QualityCodes.LowConfidence, $"The face is hard to make out; the shape may be wrong.");
        return new SelfieQuality(score, warnings);

        void Warn(string code, FormattableString message) => warnings.Add(new QualityWarning(code, FormattableString.Invariant(message)));
    }
}
