using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// The landmark network as a second witness of a face: it has learned on the detector's own candidates what a face is; besides,
/// on a face its two passes agree and it expects a small error. The weights were fitted on held-out synthetic scenes (<c>landmarks/witness.py</c>).
/// </summary>
internal static class FaceWitness
{
    /// <summary>The least and the most that is said.</summary>
    public const float Lowest = -4 / PerScore, Highest = 4 / PerScore;

    // Of a logistic regression that has the detector's log-odds as its first variable; all are divided by that one's weight.
    private const float PerScore = 3.5f, Base = -0.3f, PerFace = 0.5f, PerError = 0.76f, PerDrift = 0.65f;
    private const float UsualError = 0.025f, UsualDrift = 0.02f, LeastDrift = 0.002f;
    private const float HalfConfidenceError = 0.03f; // the error at which the model's confidence is 0.5

    /// <summary>Log-odds that landmarks are those of a face.</summary>
    /// <param name="face">The network's log-odds that this is a face, mean of both passes.</param>
    /// <param name="drift">Of <see cref="Drift"/>.</param>
    /// <param name="confidence">The model's confidence of the second pass, 0..1.</param>
    public static float LogOdds(float face, float drift, float confidence)
    {
        float error = HalfConfidenceError * MathF.Sqrt(1 / Math.Clamp(confidence, 1e-4f, 1 - 1e-4f) - 1);
        float odds = (Base + PerFace * face - PerError * MathF.Log(error / UsualError) - PerDrift * MathF.Log((drift + LeastDrift) / UsualDrift)) / PerScore;
        return float.IsFinite(odds) ? Math.Clamp(odds, Lowest, Highest) : Lowest;
    }

    /// <summary>Mean distance between the landmarks of two passes.</summary>
    /// <param name="first">Landmarks of the first pass, photo frame.</param>
    /// <param name="second">Landmarks of the second pass, photo frame.</param>
    /// <param name="side">Side of the square of the second landmarks, photo pixels; the unit of the result.</param>
    public static float Drift(ReadOnlySpan<Vector3> first, ReadOnlySpan<Vector3> second, float side)
    {
        float drift = 0;
        for (int i = 0; i < first.Length; i++)
            drift += Vector2.Distance(new(first[i].X, first[i].Y), new(second[i].X, second[i].Y));
        return drift / (first.Length * side);
    }
}
