using System.Numerics;

namespace Selfie3D.Detection;

/// <summary>Which of the faces in a photo are meant.</summary>
public static class FaceChoice
{
    /// <summary>Faces below this size have too few pixels for a head, photo pixels (the side of the square of the landmarks).</summary>
    public const float DefaultMinFaceSize = 30;

    /// <summary>The face that the photo is of: large, certain, near the middle, and not cut off by the photo's edge as a passer-by's is.</summary>
    /// <param name="faces">What was found, photo pixels.</param>
    /// <param name="photoWidth">Width of the photo.</param>
    /// <param name="photoHeight">Height of the photo.</param>
    /// <param name="minFaceSize">Smallest face that is accepted, photo pixels.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.NoFace"/> or <see cref="ErrorCodes.FaceTooSmall"/>.</exception>
    public static FaceBox Main(IReadOnlyList<FaceBox> faces, int photoWidth, int photoHeight, float minFaceSize = DefaultMinFaceSize)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return LargeEnough(faces, minFaceSize).MaxBy(face =>
            MathF.Sqrt(face.Score) * face.Size * Centrality(face, photoWidth, photoHeight) * ShareInside(face, photoWidth, photoHeight));
    }

    /// <summary>All faces that are large enough, the largest first.</summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.NoFace"/> or <see cref="ErrorCodes.FaceTooSmall"/>.</exception>
    public static IReadOnlyList<FaceBox> All(IReadOnlyList<FaceBox> faces, float minFaceSize = DefaultMinFaceSize)
    {
        ArgumentNullException.ThrowIfNull(faces);
        return [.. LargeEnough(faces, minFaceSize).OrderByDescending(face => face.Size).ThenBy(face => face.X)];
    }

    /// <summary>
    /// The face in a given place: the found one that fits the box best, or, where nothing was found, the box itself as an
    /// upright face with score 0.
    /// </summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.NoFace"/> (the box is outside the photo) or <see cref="ErrorCodes.FaceTooSmall"/>.</exception>
    public static FaceBox At(FaceBox place, IReadOnlyList<FaceBox> faces, int photoWidth, int photoHeight, float minFaceSize = DefaultMinFaceSize)
    {
        ArgumentNullException.ThrowIfNull(faces);
        if (place.X >= photoWidth || place.Y >= photoHeight || place.X + place.Width <= 0 || place.Y + place.Height <= 0)
        {
            throw new SelfieException(ErrorCodes.NoFace, FormattableString.Invariant(
                $"The box {place.X:0},{place.Y:0},{place.Width:0},{place.Height:0} lies outside the photo of {photoWidth} x {photoHeight} pixels. Give a box inside it."));
        }

        const float LeastOverlap = 0.1f;
        var near = faces.Where(face => FaceDecoder.Overlap(face, place) >= LeastOverlap).ToList();
        var chosen = near.Count > 0 ? near.MaxBy(face => FaceDecoder.Overlap(face, place)) : place with { Score = 0 };
        return LargeEnough([chosen], minFaceSize)[0];
    }

    private static List<FaceBox> LargeEnough(IReadOnlyList<FaceBox> faces, float minFaceSize)
    {
        if (faces.Count == 0)
        {
            throw new SelfieException(ErrorCodes.NoFace,
                "No face was found in the photo. Use a photo that shows one face clearly, well lit and not too small.");
        }

        var large = faces.Where(face => face.Size >= minFaceSize).ToList();
        if (large.Count == 0)
        {
            throw new SelfieException(ErrorCodes.FaceTooSmall, FormattableString.Invariant(
                $"The largest face found is {faces.Max(face => face.Size):0} pixels wide; at least {minFaceSize:0} are needed. Go closer, or use the photo in its full size."));
        }

        return large;
    }

    // 1 in the middle of the photo, 0.5 in its corners.
    private static float Centrality(FaceBox face, int photoWidth, int photoHeight)
    {
        var middle = new Vector2(photoWidth, photoHeight) / 2;
        return 1 - 0.5f * MathF.Min(1, Vector2.Distance(face.Center, middle) / middle.Length());
    }

    private static float ShareInside(FaceBox face, int photoWidth, int photoHeight)
    {
        float width = MathF.Min(face.X + face.Width, photoWidth) - MathF.Max(face.X, 0);
        float height = MathF.Min(face.Y + face.Height, photoHeight) - MathF.Max(face.Y, 0);
        return MathF.Max(0, width) * MathF.Max(0, height) / (face.Width * face.Height);
    }
}
