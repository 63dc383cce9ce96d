using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D;

/// <summary>What is asked of one photo.</summary>
public sealed record SelfieOptions
{
    /// <summary>The place of the face, photo pixels; null takes the photo's main face.</summary>
    public FaceBox? Face { get; init; }

    /// <summary>Distance between the pupils, millimetres: a photo alone has no scale. Null assumes <see cref="HeadFrame.DefaultPupilDistanceMm"/>.</summary>
    public float? PupilDistanceMm { get; init; }

    /// <summary>Smallest face that is accepted, photo pixels.</summary>
    public float MinFaceSize { get; init; } = FaceChoice.DefaultMinFaceSize;
}
