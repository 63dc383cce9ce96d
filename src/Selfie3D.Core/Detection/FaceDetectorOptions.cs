namespace Selfie3D.Detection;

/// <summary>One look at the photo.</summary>
/// <param name="LongSide">The photo's longer side is brought to this many pixels.</param>
/// <param name="Border">Grey pixels added all round, so that a face that fills or leaves the photo looks like a whole one.</param>
/// <param name="Threshold">Least score, 0..1; 0 takes <see cref="FaceDetectorOptions.Threshold"/>.</param>
public readonly record struct DetectionPass(int LongSide, int Border = 0, float Threshold = 0);

/// <summary>How hard <see cref="FaceDetector"/> looks.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>Least score, 0..1; 0 takes the model's own (<c>score_threshold</c> in its properties), or 0.5.</summary>
    public float Threshold { get; init; }

    /// <summary>
    /// Looks in turn until one finds a face; all of them when every face is asked for. The first finds most (the network was
    /// trained on frames of this size), 448 and 896 find small faces, and the bordered one faces that fill the photo. The
    /// training package scores with the same passes (<c>detector/run.py</c>).
    /// </summary>
    public IReadOnlyList<DetectionPass> Passes { get; init; } = [new(224), new(448), new(160, 48), new(896)];
}
