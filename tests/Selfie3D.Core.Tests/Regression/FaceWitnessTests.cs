using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>What the landmark network's agreement with itself says of a candidate.</summary>
public sealed class FaceWitnessTests
{
    private static readonly Vector3[] Points = [.. Enumerable.Range(0, 68).Select(i => new Vector3(i % 10 * 10, i / 10 * 12, i))];

    [Fact]
    public void LogOdds_PassesAgreeAndErrorIsSmall_SpeaksForAFace() =>
        Assert.True(FaceWitness.LogOdds(4, FaceWitness.Drift(Points, Moved(0.3f), 90), confidence: 0.75f) > 0);

    [Fact]
    public void LogOdds_PassesDisagree_SpeaksAgainstIt() =>
        Assert.True(FaceWitness.LogOdds(0, FaceWitness.Drift(Points, Moved(20), 90), confidence: 0.2f) < -0.5f);

    [Fact]
    public void LogOdds_MoreDrift_SpeaksAgainstItMore()
    {
        float[] odds = [.. new[] { 0f, 1, 4, 16 }.Select(drift => FaceWitness.LogOdds(0, FaceWitness.Drift(Points, Moved(drift), 90), 0.6f))];

        Assert.Equal(odds.OrderDescending(), odds);
        Assert.Equal(4, odds.Distinct().Count());
    }

    [Fact]
    public void LogOdds_NotANumber_IsTheLowest() =>
        Assert.Equal(FaceWitness.Lowest, FaceWitness.LogOdds(0, FaceWitness.Drift(Points, Moved(float.NaN), 90), 0.6f));

    [Fact]
    public void LogOdds_NetworkSeesNoFace_SpeaksAgainstIt() =>
        Assert.True(FaceWitness.LogOdds(-8, FaceWitness.Drift(Points, Moved(0.3f), 90), confidence: 0.75f) < 0);

    [Fact]
    public void Detect_WitnessSpeaksAgainstIt_DropsTheCandidate()
    {
        var photo = Fixtures.Disc(640, 480, 200, 300, 100); // the stub's score is 0.9, log-odds 2.2
        using var doubtful = new FaceDetector(Fixtures.Path("face-detector.onnx"), witness: (_, _) => -4);
        using var certain = new FaceDetector(Fixtures.Path("face-detector.onnx"), witness: (_, _) => 1);

        Assert.Empty(doubtful.Detect(photo));
        Assert.Equal(1 / (1 + MathF.Exp(-MathF.Log(9) - 1)), Assert.Single(certain.Detect(photo)).Score, 1e-3f);
    }

    private static Vector3[] Moved(float by) => [.. Points.Select(point => point + new Vector3(by, 0, 0))];
}
