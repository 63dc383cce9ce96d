using System.Numerics;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Measuring;

/// <summary>An ellipsoid for a head, so that every place on the skin is known.</summary>
public sealed class HeadAnchorsTests
{
    private const float Tolerance = 0.0015f; // metres; the landmarks of a mean face lie off the ellipsoid
    private static readonly SyntheticHead Scene = new(25);
    private static readonly Mesh Head = Texturer.ToHead(Scene.PhotoMesh(), Scene.Frame);
    private static readonly Vector3[] Landmarks = LandmarksOfScene();
    private static readonly HeadAnchors Anchors = HeadAnchors.Find(Head, Landmarks);

    [Fact]
    public void Find_AllAnchors_LieOnTheSkin() =>
        Assert.All(Anchors.Named(), anchor => Assert.Equal(1, ((anchor.Position - SyntheticHead.Center) / SyntheticHead.Radii).Length(), 0.012f));

    [Fact]
    public void Find_Sides_AreTheSubjects()
    {
        Assert.True(Anchors.TempleLeft.X > 0.06f && Anchors.TempleRight.X < -0.06f);
        Assert.True(Anchors.PupilLeft.X > 0.02f && Anchors.PupilRight.X < -0.02f);
    }

    [Fact]
    public void Find_Temples_LieAtTheHeightOfTheEyesBetweenEyeAndEar()
    {
        foreach (var (temple, corner, ear) in new[] { (Anchors.TempleLeft, 45, 16), (Anchors.TempleRight, 36, 0) })
        {
            Assert.Equal(0, temple.Y, 0.002f); // the origin is at the height of the eyes
            Assert.InRange(temple.Z, Landmarks[ear].Z, Landmarks[corner].Z);
        }
    }

    [Fact]
    public void Find_Crown_IsTheTop()
    {
        Assert.Equal(SyntheticHead.Center.Y + SyntheticHead.Radii.Y, Anchors.Crown.Y, Tolerance);
        Assert.True(Anchors.NoseTip.Y < Anchors.GlassesBridge.Y && Anchors.Chin.Y < Anchors.NoseTip.Y);
        Assert.True(Anchors.NoseTip.Z > 0.05f);
    }

    [Fact]
    public void Measures_OfAnEllipsoid_AreItsDiameters()
    {
        var measures = HeadMeasures.Of(Head, Landmarks, Anchors, 63, assumed: true);

        Assert.Equal(1000 * (Anchors.Crown.Y - Anchors.Chin.Y), measures.HeadHeightMm, 0.01f);
        // The brows of the mean face are above the widest place of the ellipsoid.
        float brows = Enumerable.Range(17, 10).Average(k => Landmarks[k].Y) - SyntheticHead.Center.Y;
        float widest = 2000 * SyntheticHead.Radii.X * MathF.Sqrt(1 - brows * brows / (SyntheticHead.Radii.Y * SyntheticHead.Radii.Y));
        Assert.Equal(widest, measures.HeadWidthMm, 2f);
        Assert.InRange(measures.FaceWidthMm, 120, 2000 * SyntheticHead.Radii.X);
        Assert.Equal((63f, true), (measures.PupilDistanceMm, measures.PupilDistanceAssumed));
    }

    private static Vector3[] LandmarksOfScene()
    {
        // The mean face lies in the head frame but for a shift; the frame of the scene was fitted to it at this scale.
        var (right, left) = (Middle(36), Middle(42));
        var origin = HeadFrame.FromLandmarks([.. MeanFace.Points.Select(p => 1600 * p * new Vector3(1, -1, 1))]);
        Assert.True(left.X > right.X);
        return [.. MeanFace.Points.Select(p => origin.ToHead(1600 * p * new Vector3(1, -1, 1)))];

        static Vector3 Middle(int first) => MeanFace.Points.Skip(first).Take(6).Aggregate(Vector3.Add) / 6;
    }
}
