namespace Selfie3D;

/// <summary>One thing that lowers the quality of a head.</summary>
/// <param name="Code">Stable, one of <see cref="QualityCodes"/>; a reader must bear codes that it does not know.</param>
/// <param name="Message">A sentence for the user: what was found, and what to do where something can be done.</param>
public sealed record QualityWarning(string Code, string Message);

/// <summary>Stable codes of <see cref="QualityWarning"/>.</summary>
public static class QualityCodes
{
    /// <summary>The face is turned far aside, up or down: much of it is hidden.</summary>
    public const string ExtremePose = "extreme-pose";

    /// <summary>The face has few pixels.</summary>
    public const string SmallFace = "small-face";

    /// <summary>Part of the face lies outside the photo.</summary>
    public const string CutOff = "cut-off";

    /// <summary>The face is not sharp.</summary>
    public const string Blurred = "blurred";

    /// <summary>The face is dark, or much of it lies in black shadow.</summary>
    public const string Dark = "dark";

    /// <summary>Something covers part of the face.</summary>
    public const string Occluded = "occluded";

    /// <summary>A large error is to be expected of all that is known.</summary>
    public const string LowConfidence = "low-confidence";

    /// <summary>The detector saw no face in the box that was given; the box itself was taken.</summary>
    public const string FaceNotFound = "face-not-found";
}
