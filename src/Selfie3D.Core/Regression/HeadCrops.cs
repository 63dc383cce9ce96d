using System.Numerics;
using Selfie3D.Detection;

namespace Selfie3D.Regression;

/// <summary>The squares that the networks look at; all constants of the training package's crops are here.</summary>
internal static class HeadCrops
{
    /// <summary>Side of both networks' input, pixels.</summary>
    public const int NetworkSize = 128;

    /// <summary>Side of the landmark crop over the side of the square of the landmarks.</summary>
    public const float LandmarkMargin = 1.45f;

    /// <summary>Side of the volume crop over the longest side of the box of the prior's vertices.</summary>
    public const float VolumeMargin = 1.1f;

    /// <summary>The first crop, from the detector's box.</summary>
    public static HeadCrop FromFace(FaceBox face) =>
        new(face.Center.X, face.Center.Y, LandmarkMargin * face.Size, face.RollDegrees);

    /// <summary>The box whose first crop is the given one.</summary>
    public static FaceBox ToFace(HeadCrop crop)
    {
        float side = crop.Size / LandmarkMargin;
        return new FaceBox(crop.CenterX - side / 2, crop.CenterY - side / 2, side, side, crop.RollDegrees, 0);
    }

    /// <summary>Side of the upright square around landmarks, photo pixels.</summary>
    public static float FaceSide(ReadOnlySpan<Vector3> landmarks68, float rollDegrees) => FromLandmarks(landmarks68, rollDegrees).Size / LandmarkMargin;

    /// <summary>The refined crop, from landmarks in the photo frame: upright, centred on their bounding box.</summary>
    public static HeadCrop FromLandmarks(ReadOnlySpan<Vector3> landmarks68, float rollDegrees)
    {
        var turned = new HeadCrop(0, 0, 1, rollDegrees);
        Vector2 low = new(float.MaxValue), high = new(float.MinValue);
        foreach (var point in landmarks68)
        {
            var upright = turned.PhotoToCrop(new Vector2(point.X, point.Y));
            low = Vector2.Min(low, upright);
            high = Vector2.Max(high, upright);
        }

        var center = turned.CropToPhoto((low + high) / 2);
        float side = MathF.Max(high.X - low.X, high.Y - low.Y);
        return new HeadCrop(center.X, center.Y, LandmarkMargin * side, rollDegrees);
    }

    /// <summary>The volume's crop, from the vertices of the prior in the photo frame, and the z of its middle.</summary>
    public static (HeadCrop Crop, float MiddleZ) FromPrior(ReadOnlySpan<Vector3> vertices, float rollDegrees)
    {
        var turned = new HeadCrop(0, 0, 1, rollDegrees);
        Vector3 low = new(float.MaxValue), high = new(float.MinValue);
        foreach (var vertex in vertices)
        {
            var upright = turned.PhotoToCrop(vertex);
            low = Vector3.Min(low, upright);
            high = Vector3.Max(high, upright);
        }

        var middle = turned.CropToPhoto((low + high) / 2);
        var extent = high - low;
        float side = MathF.Max(extent.X, MathF.Max(extent.Y, extent.Z));
        return (new HeadCrop(middle.X, middle.Y, VolumeMargin * side, rollDegrees), middle.Z);
    }
}
