namespace Selfie3D;

/// <summary>Stable codes of <see cref="SelfieException"/>; hosts map them to exit codes and problem details.</summary>
public static class ErrorCodes
{
    /// <summary>The bytes are no photo that can be read: empty, truncated, damaged or of another format.</summary>
    public const string UnreadableImage = "unreadable-image";

    /// <summary>The photo has more pixels or bytes than are accepted.</summary>
    public const string ImageTooLarge = "image-too-large";

    /// <summary>No face was found in the photo (or none in the place asked for).</summary>
    public const string NoFace = "no-face";

    /// <summary>The face has too few pixels for a head to be made of it.</summary>
    public const string FaceTooSmall = "face-too-small";

    /// <summary>A model file is missing, damaged or has other inputs and outputs than this version expects.</summary>
    public const string ModelUnusable = "model-unusable";

    /// <summary>The face was found but no closed head could be made of it.</summary>
    public const string ReconstructionFailed = "reconstruction-failed";
}
