namespace Selfie3D.Regression;

/// <summary>
/// The landmark network as a second witness of a face: it has learned on the detector's own candidates what a face is, and it
/// expects a small error on one. The weights were fitted on held-out synthetic scenes (<c>landmarks/witness.py</c>).
/// </summary>
internal static class FaceWitness
{
    /// <summary>The least and the most that is said.</summary>
    public const float Lowest = -12, Highest = 12;

    private const float PerScore = 0.496f, Base = -0.527f, PerFace = 0.751f, PerError = 0.452f;
    private const float UsualError = 0.025f;
    private const float HalfConfidenceError = 0.03f; // the error at which the model's confidence is 0.5
    private const float LeastScore = 1e-3f;

    /// <summary>Log-odds that a candidate is a face, by what the detector and the network say.</summary>
    /// <param name="score">The detector's score, 0..1.</param>
    /// <param name="face">The network's log-odds of a face, mean of both passes.</param>
    /// <param name="confidence">The model's confidence of the second pass, 0..1.</param>
    public static float LogOdds(float score, float face, float confidence)
    {
        score = Math.Clamp(score, LeastScore, 1 - LeastScore);
        float error = HalfConfidenceError * MathF.Sqrt(1 / Math.Clamp(confidence, 1e-4f, 1 - 1e-4f) - 1);
        float odds = PerScore * MathF.Log(score / (1 - score)) + Base + PerFace * face - PerError * MathF.Log(error / UsualError);
        return float.IsFinite(odds) ? Math.Clamp(odds, Lowest, Highest) : Lowest;
    }
}
