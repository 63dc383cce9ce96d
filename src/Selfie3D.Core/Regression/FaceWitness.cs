namespace Selfie3D.Regression;

/// <summary>
/// The landmark network as a second witness of a face: it has learned on the detector's own candidates what a face is, and it
/// expects a small error on one. The weights were fitted on held-out synthetic scenes (<c>landmarks/witness.py</c>).
/// </summary>
internal static class FaceWitness
{
    /// <summary>The least and the most that is said.</summary>
    public const float Lowest = -8 / PerScore, Highest = 8 / PerScore;

    // Of a logistic regression that has the detector's log-odds as its first variable; all are divided by that one's weight.
    private const float PerScore = 1.241f, Base = -0.940f, PerFace = 0.520f, PerError = 0.070f;
    private const float UsualError = 0.025f;
    private const float HalfConfidenceError = 0.03f; // the error at which the model's confidence is 0.5

    /// <summary>Log-odds that what the network looked at is a face.</summary>
    /// <param name="face">The network's log-odds of a face, mean of both passes.</param>
    /// <param name="confidence">The model's confidence of the second pass, 0..1.</param>
    public static float LogOdds(float face, float confidence)
    {
        float error = HalfConfidenceError * MathF.Sqrt(1 / Math.Clamp(confidence, 1e-4f, 1 - 1e-4f) - 1);
        float odds = (Base + PerFace * face - PerError * MathF.Log(error / UsualError)) / PerScore;
        return float.IsFinite(odds) ? Math.Clamp(odds, Lowest, Highest) : Lowest;
    }
}
