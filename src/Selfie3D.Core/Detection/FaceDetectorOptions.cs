namespace Selfie3D.Detection;

/// <summary>One look at the photo.</summary>
/// <param name="LongSide">The photo's longer side is brought to this many pixels.</param>
/// <param name="Border">Grey pixels added all round, so that a face that fills or leaves the photo looks like a whole one.</param>
/// <param name="Threshold">Least score, 0..1; 0 takes <see cref="FaceDetectorOptions.Threshold"/>.</param>
public readonly record struct DetectionPass(int LongSide, int Border = 0, float Threshold = 0);

/// <summary>Another look at a candidate: turned upright, in the middle of a small picture.</summary>
/// <param name="FaceSize">Pixels the face gets in it.</param>
/// <param name="Mirrored">Left and right exchanged.</param>
/// <param name="TiltDegrees">How far from upright the face stands in it.</param>
public readonly record struct SecondLook(int FaceSize, bool Mirrored, float TiltDegrees);

/// <summary>How hard <see cref="FaceDetector"/> looks.</summary>
public sealed record FaceDetectorOptions
{
    /// <summary>
    /// Least mean score over the pass and the second looks, 0..1; 0 takes the model's own (<c>score_threshold</c> in its
    /// properties), or 0.5.
    /// </summary>
    public float Threshold { get; init; }

    /// <summary>
    /// A face of this score on the photo's upright middle line ends the search for one face, 0..1. Else the other passes look
    /// as well, because what a pass takes for a small face may be part of a large one that another pass sees.
    /// </summary>
    public float SureScore { get; init; } = 0.9f;

    /// <summary>
    /// Looks in turn until one surely finds a face; all of them when every face is asked for. The first finds most (the network was
    /// trained on frames of this size), 448 and 896 find small faces, and the bordered one faces that fill the photo. The
    /// training package scores with the same passes (<c>detector/run.py</c>).
    /// </summary>
    public IReadOnlyList<DetectionPass> Passes { get; init; } = [new(224), new(448), new(160, 48), new(896)];

    /// <summary>
    /// How every candidate is looked at again; its score becomes the mean of all looks. A face is a face from each of them,
    /// a tangle of hair seldom is: at one false alarm in a hundred pictures this finds five more faces in a hundred.
    /// </summary>
    public IReadOnlyList<SecondLook> SecondLooks { get; init; } = [new(56, true, 0), new(80, false, 15), new(64, true, -15)];
}
