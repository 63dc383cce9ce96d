namespace Selfie3D.Regression;

/// <summary>
/// Angles of a head in the photo, with the signs of AFLW2000's <c>Pose_Para</c>: R = Rx(pitch) Ry(yaw) Rz(roll) (3DDFA).
/// </summary>
/// <param name="YawDegrees">Above 0 the face is turned to the left edge of the image.</param>
/// <param name="PitchDegrees">Above 0 the face is turned up.</param>
/// <param name="RollDegrees">In-plane angle.</param>
public readonly record struct HeadPose(float YawDegrees, float PitchDegrees, float RollDegrees);
