using System.Numerics;

namespace Selfie3D.Detection;

/// <summary>From the rows of the detector's output to boxes without duplicates.</summary>
internal static class FaceDecoder
{
    /// <summary>Values per row: centre x, centre y, size, cos roll, sin roll, score.</summary>
    public const int Values = 6;

    // Squares of one face found twice overlap this much, or one lies this far inside the other (a nose is no face).
    private const float SameFaceOverlap = 0.35f, InsideShare = 0.75f;

    // Squares of two heads' faces share less than this of the smaller one, and less where they are turned by more than so many degrees.
    private const float HeadShare = 0.5f, TurnedHeadShare = 0.35f, OtherWayUp = 60;

    /// <summary>Adds the rows that reach the threshold to <paramref name="found"/>, in image pixels.</summary>
    /// <param name="rows">N rows of <see cref="Values"/>, in input pixels.</param>
    /// <param name="corner">Input pixel of the image's top left corner.</param>
    /// <param name="step">Image pixels per input pixel.</param>
    /// <param name="threshold">Least score.</param>
    /// <param name="found">Takes the boxes.</param>
    public static void Decode(ReadOnlySpan<float> rows, Vector2 corner, float step, float threshold, List<FaceBox> found)
    {
        for (; rows.Length >= Values; rows = rows[Values..])
        {
            float score = rows[5], size = rows[2] * step;
            if (!(score >= threshold) || !(size > 0) || !float.IsFinite(size))
                continue;
            float x = (rows[0] - corner.X) * step, y = (rows[1] - corner.Y) * step;
            if (!float.IsFinite(x + y))
                continue;
            float roll = MathF.Atan2(rows[4], rows[3]) * (180 / MathF.PI);
            found.Add(new FaceBox(x - size / 2, y - size / 2, size, size, float.IsFinite(roll) ? roll : 0, MathF.Min(score, 1)));
        }
    }

    /// <summary>Keeps the best box of each face, the most certain first; which boxes stay does not depend on their order.</summary>
    public static List<FaceBox> Suppress(IEnumerable<FaceBox> boxes) => Suppress(boxes, SameFace);

    /// <summary>
    /// Keeps the surest face of each head: two people's faces hide little of each other, and less still where one is turned
    /// against the other, so what overlaps more (a forehead taken for an upside-down face) is a second look at the same head.
    /// </summary>
    public static List<FaceBox> OneOfEachHead(IEnumerable<FaceBox> faces) => Suppress(faces, SameHead);

    private static List<FaceBox> Suppress(IEnumerable<FaceBox> boxes, Func<FaceBox, FaceBox, bool> same)
    {
        var sorted = boxes.OrderByDescending(b => b.Score).ThenByDescending(b => b.Size).ThenBy(b => b.X).ThenBy(b => b.Y).ToList();
        var kept = new List<FaceBox>();
        foreach (var box in sorted)
        {
            if (!kept.Exists(k => same(k, box)))
                kept.Add(box);
        }

        return kept;
    }

    /// <summary>Intersection over union of two boxes, 0..1.</summary>
    public static float Overlap(FaceBox a, FaceBox b)
    {
        float shared = Shared(a, b);
        return shared / MathF.Max(a.Width * a.Height + b.Width * b.Height - shared, 1e-9f);
    }

    private static bool SameFace(FaceBox a, FaceBox b) => Overlap(a, b) > SameFaceOverlap || ShareOfSmaller(a, b) > InsideShare;

    private static bool SameHead(FaceBox a, FaceBox b)
    {
        float turned = MathF.Abs(MathF.IEEERemainder(a.RollDegrees - b.RollDegrees, 360));
        return SameFace(a, b) || ShareOfSmaller(a, b) > (turned > OtherWayUp ? TurnedHeadShare : HeadShare);
    }

    private static float ShareOfSmaller(FaceBox a, FaceBox b) =>
        Shared(a, b) / MathF.Max(MathF.Min(a.Width * a.Height, b.Width * b.Height), 1e-9f);

    private static float Shared(FaceBox a, FaceBox b)
    {
        float width = MathF.Min(a.X + a.Width, b.X + b.Width) - MathF.Max(a.X, b.X);
        float height = MathF.Min(a.Y + a.Height, b.Y + b.Height) - MathF.Max(a.Y, b.Y);
        return width > 0 && height > 0 ? width * height : 0;
    }
}
