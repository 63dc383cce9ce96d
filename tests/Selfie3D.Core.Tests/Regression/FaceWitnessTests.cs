using Selfie3D.Detection;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

/// <summary>What the landmark network says of a candidate.</summary>
public sealed class FaceWitnessTests
{
    [Fact]
    public void LogOdds_NetworkSeesAFaceAndItsErrorIsSmall_SpeaksForIt() => Assert.True(FaceWitness.LogOdds(0.5f, 5, 0.75f) > 1);

    [Fact]
    public void LogOdds_NetworkSeesNoFace_SpeaksAgainstIt() => Assert.True(FaceWitness.LogOdds(0.9f, -6, 0.75f) < -1);

    [Fact]
    public void LogOdds_LessConfidenceOrLessOfAFaceOrALowerScore_SaysLess()
    {
        float[] odds =
        [
            FaceWitness.LogOdds(0.9f, 1, 0.8f), FaceWitness.LogOdds(0.9f, 1, 0.4f), FaceWitness.LogOdds(0.9f, 0, 0.4f),
            FaceWitness.LogOdds(0.9f, 0, 0.1f), FaceWitness.LogOdds(0.6f, 0, 0.1f),
        ];

        Assert.Equal(odds.OrderDescending(), odds);
        Assert.Equal(5, odds.Distinct().Count());
    }

    [Theory]
    [InlineData(float.NaN, 0.6f)]
    [InlineData(1, float.NaN)]
    public void LogOdds_NotANumber_IsTheLowest(float face, float confidence) => Assert.Equal(FaceWitness.Lowest, FaceWitness.LogOdds(0.5f, face, confidence));

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void LogOdds_FarOut_KeepsTheLimits(float face) => Assert.InRange(FaceWitness.LogOdds(0.5f, face, 0.6f), FaceWitness.Lowest, FaceWitness.Highest);

    [Fact]
    public void Detect_Witness_DropsWhatItSpeaksAgainstAndPlacesTheRest()
    {
        var photo = Fixtures.Disc(640, 480, 200, 300, 100);
        using var doubtful = new FaceDetector(Fixtures.Path("face-detector.onnx"), witness: (_, face) => (-4, face));
        using var certain = new FaceDetector(Fixtures.Path("face-detector.onnx"), witness: (_, face) => (1, face with { X = 3 }));

        Assert.Empty(doubtful.Detect(photo));
        var seen = Assert.Single(certain.Detect(photo));
        Assert.Equal(1 / (1 + MathF.Exp(-1)), seen.Score, 1e-3f);
        Assert.Equal(3, seen.X);
    }
}
