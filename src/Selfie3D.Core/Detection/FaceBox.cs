using System.Numerics;

namespace Selfie3D.Detection;

/// <summary>A face found in a photo: the axis-aligned square around its 68 landmarks.</summary>
/// <param name="X">Left edge in photo pixels; may lie outside the photo.</param>
/// <param name="Y">Top edge in photo pixels; may lie outside the photo.</param>
/// <param name="Width">Width in photo pixels.</param>
/// <param name="Height">Height in photo pixels.</param>
/// <param name="RollDegrees">In-plane angle of the face; above 0 the head's top leans to the image's right (clockwise).</param>
/// <param name="Score">Certainty of the detector, 0..1.</param>
public readonly record struct FaceBox(float X, float Y, float Width, float Height, float RollDegrees, float Score)
{
    /// <summary>Middle of the box in photo pixels.</summary>
    public Vector2 Center => new(X + Width / 2, Y + Height / 2);

    /// <summary>The longer side in photo pixels.</summary>
    public float Size => MathF.Max(Width, Height);

    /// <summary>The same box in an image that is <paramref name="factor"/> times as large.</summary>
    public FaceBox Scale(float factor) =>
        this with { X = X * factor, Y = Y * factor, Width = Width * factor, Height = Height * factor };
}
