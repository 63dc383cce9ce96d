using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Regression;

public sealed class HeadFrameTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(40, 10, -5)]
    [InlineData(-70, -20, 12)]
    [InlineData(15, 30, 60)]
    public void FromLandmarks_KnownPose_GivesThePoseBack(float yaw, float pitch, float roll)
    {
        var frame = HeadFrame.FromLandmarks(Landmarks(yaw, pitch, roll));

        Assert.Equal(yaw, frame.Pose.YawDegrees, 0.05f);
        Assert.Equal(pitch, frame.Pose.PitchDegrees, 0.05f);
        Assert.Equal(roll, frame.Pose.RollDegrees, 0.05f);
    }

    [Fact]
    public void FromLandmarks_PositiveYaw_TurnsTheNoseToTheImageLeft()
    {
        var points = Landmarks(40, 0, 0);

        // nose tip against the middle of the eyes
        Assert.True(points[30].X < (points[36].X + points[45].X) / 2 - 5);
        Assert.True(HeadFrame.FromLandmarks(points).DirectionToPhoto(Vector3.UnitZ).X < -0.5f);
    }

    [Fact]
    public void FromLandmarks_PositivePitch_TurnsTheFaceUp() =>
        Assert.True(HeadFrame.FromLandmarks(Landmarks(0, 25, 0)).DirectionToPhoto(Vector3.UnitZ).Y < -0.3f); // y is down

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(-120)]
    public void InPlaneRoll_TurnedPhoto_FollowsIt(float degrees)
    {
        var turned = new HeadCrop(0, 0, 1, degrees);
        Vector3[] points = [.. Landmarks(50, 10, 0).Select(turned.DirectionToPhoto)];
        float upright = HeadFrame.FromLandmarks(Landmarks(50, 10, 0)).InPlaneRollDegrees;

        Assert.Equal(degrees, HeadFrame.FromLandmarks(points).InPlaneRollDegrees - upright, 0.05f);
    }

    [Theory]
    [InlineData(63)]
    [InlineData(58.5f)]
    public void ToHead_Eyes_LieThePupilDistanceApart(float pupilDistanceMm)
    {
        var points = Landmarks(-30, 10, 20);
        var frame = HeadFrame.FromLandmarks(points, pupilDistanceMm);

        Vector3 right = Middle(points[36..42], frame), left = Middle(points[42..48], frame);

        Assert.Equal(pupilDistanceMm / 1000, Vector3.Distance(left, right), 1e-5f);
        Assert.Equal(pupilDistanceMm / 2000, left.X, 1e-4f); // +x is the subject's left
        Assert.Equal(0, left.Y, 1e-4f);
        Assert.InRange(left.Z, 0.06f, 0.09f);
    }

    [Fact]
    public void ToPhoto_OfToHead_GivesThePointBack()
    {
        var frame = HeadFrame.FromLandmarks(Landmarks(-30, 10, 20));
        var point = new Vector3(310, 222, -15);

        Assert.True(Vector3.Distance(point, frame.ToPhoto(frame.ToHead(point))) < 1e-2f);
        Assert.True(Vector3.Distance(Vector3.UnitX, frame.DirectionToPhoto(frame.DirectionToHead(Vector3.UnitX))) < 1e-5f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.0012f)]
    public void HeadToPhoto_AsAMatrix_DoesWhatToPhotoDoes(float strength)
    {
        var frame = NearbyFrame(strength);
        var point = new Vector3(0.03f, -0.05f, 0.08f);

        var photo = Vector4.Transform(point, frame.HeadToPhoto);
        Assert.True(Vector2.Distance(frame.ToPhoto(point).AsVector2(), new Vector2(photo.X, photo.Y) / photo.W) < 1e-2f);
        var nearer = Vector4.Transform(point + 0.01f * frame.ViewDirection, frame.HeadToPhoto);
        Assert.True(nearer.Z / nearer.W > photo.Z / photo.W);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.0012f)]
    public void Mirror_OfAPlaceAndItsNormal_AreThoseOfTheOtherHalf(float strength)
    {
        var frame = NearbyFrame(strength);
        Vector3 mirror = new(-1, 1, 1), head = new(0.05f, -0.03f, 0.06f), along = new(0.6f, 0.3f, 0.2f), across = new(-0.1f, 0.7f, 0.4f);
        Vector3 Normal(Vector3 at, Vector3 a, Vector3 b) =>
            Vector3.Normalize(Vector3.Cross(frame.ToPhoto(at + 1e-3f * a) - frame.ToPhoto(at - 1e-3f * a), frame.ToPhoto(at + 1e-3f * b) - frame.ToPhoto(at - 1e-3f * b)));

        var photo = frame.ToPhoto(head);
        var image = frame.Mirror(photo);

        Assert.True(Vector3.Distance(frame.ToPhoto(head * mirror), image) < 0.02f);
        Assert.True(Vector3.Distance(photo, frame.Mirror(image)) < 0.02f);
        var expected = Normal(head * mirror, along * mirror, across * mirror);
        Assert.Equal(1, MathF.Abs(Vector3.Dot(expected, frame.MirrorNormal(photo, image, Normal(head, along, across)))), 1e-3f);
    }

    [Fact]
    public void ToHead_PhotoFromNearby_HasTheSameHead()
    {
        Vector3[] far = Landmarks(-30, 10, 20);
        var camera = new Perspective(510, 480, 0.0012f, 30);
        Vector3[] near = [.. far.Select(camera.Apply)];
        Assert.Contains(far.Zip(near), pair => Vector3.Distance(pair.First, pair.Second) > 5);
        HeadFrame expected = HeadFrame.FromLandmarks(far), frame = HeadFrame.FromLandmarks(near, perspective: camera);

        Assert.All(far.Zip(near), pair => Assert.True(Vector3.Distance(expected.ToHead(pair.First), frame.ToHead(pair.Second)) < 1e-4f));
        Assert.All(near, point => Assert.True(Vector3.Distance(point, frame.ToPhoto(frame.ToHead(point))) < 1e-2f));
    }

    [Fact]
    public void ToHead_Handedness_IsMirrored()
    {
        // The photo frame is left-handed (y down), the head frame right-handed.
        var frame = HeadFrame.FromLandmarks(Landmarks(20, -10, 5));
        Vector3 x = frame.DirectionToHead(Vector3.UnitX), y = frame.DirectionToHead(Vector3.UnitY), z = frame.DirectionToHead(Vector3.UnitZ);

        Assert.Equal(-1, Vector3.Dot(Vector3.Cross(x, y), z), 1e-4f);
    }

    [Fact]
    public void FromLandmarks_NoisyMouth_KeepsThePose()
    {
        var points = Landmarks(10, 0, 0);
        for (int i = 48; i < 68; i++)
            points[i] += new Vector3(0, 60, 0);

        Assert.Equal(10, HeadFrame.FromLandmarks(points).Pose.YawDegrees, 0.05f);
    }

    [Fact]
    public void FromLandmarks_AllInOnePlace_IsRefused() =>
        Assert.Throws<ArgumentException>(() => HeadFrame.FromLandmarks(new Vector3[68]));

    // Column-vector rotations of 3DDFA, y up; then y down and 2000 pixels per metre.
    private static Vector3[] Landmarks(float yaw, float pitch, float roll)
    {
        var (sx, cx) = MathF.SinCos(pitch * MathF.PI / 180);
        var (sy, cy) = MathF.SinCos(yaw * MathF.PI / 180);
        var (sz, cz) = MathF.SinCos(roll * MathF.PI / 180);
        return [.. MeanFace.Points.Select(p =>
        {
            p = new Vector3(cz * p.X + sz * p.Y, -sz * p.X + cz * p.Y, p.Z);
            p = new Vector3(cy * p.X - sy * p.Z, p.Y, sy * p.X + cy * p.Z);
            p = new Vector3(p.X, cx * p.Y + sx * p.Z, -sx * p.Y + cx * p.Z);
            return new Vector3(320 + 2000 * p.X, 240 - 2000 * p.Y, 2000 * p.Z + 7);
        })];
    }

    // A camera at arm's length, or far away with a strength of 0.
    private static HeadFrame NearbyFrame(float strength)
    {
        var camera = new Perspective(510, 480, strength, 30);
        return HeadFrame.FromLandmarks([.. Landmarks(-30, 10, 20).Select(camera.Apply)], perspective: camera);
    }

    private static Vector3 Middle(Vector3[] points, HeadFrame frame) =>
        points.Select(frame.ToHead).Aggregate(Vector3.Add) / points.Length;
}
