using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

/// <summary>Photos whose edges and outlines say nothing good of the skin beside them.</summary>
public sealed class TexturerHardLightTests
{
    private const float MouthY = -0.055f;

    private static readonly Vector3 Lips = new(60, 10, 15);

    private static bool IsMouth(Vector3 p, float wide) => p.Z > 0 && MathF.Abs(p.X) < wide && MathF.Abs(p.Y - MouthY) < 0.02f;

    // The subject's right side of everything is in the shadow.
    private static Vector3 HardLight(Vector3 normal) => new(normal.X < -0.12f ? 0.3f : 1);

    [Fact]
    public void Apply_HalfTurnedFaceWithItsFarSideInShadow_LeavesNoBlotchBesideTheMiddle()
    {
        var scene = new SyntheticHead(45, HardLight);
        Assert.True(scene.Frame.ViewDirection.X > 0, "the right side is the far one");
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var count = 0;
        foreach (var (k, p) in Face(head, -1))
        {
            var error = (TexturerTests.Color(head, k) - SyntheticHead.Paint(p)).Length();
            Assert.True(error < 30, $"{TexturerTests.Color(head, k)} instead of {SyntheticHead.Paint(p)} at {p}");
            count++;
        }
        Assert.True(count > 100, $"{count} vertices");
    }

    [Fact]
    public void Apply_HalfTurnedFaceWhoseMouthEndsTooSoonOnTheFarSide_HasTheWholeMouthOfTheNearSide()
    {
        // Most of the far half is seen; its part of the mouth lies elsewhere than the near one's.
        var scene = new SyntheticHead(30, paint: p => IsMouth(p, p.X > 0 ? 0.035f : 0.01f) ? Lips : SyntheticHead.Paint(p));
        Assert.True(scene.Frame.ViewDirection.X > 0, "the right side is the far one");
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var count = 0;
        foreach (var (k, p) in Face(head, -1))
        {
            if (!IsMouth(p, 0.03f) || MathF.Abs(p.Y - MouthY) > 0.014f) continue;
            Assert.True((TexturerTests.Color(head, k) - Lips).Length() < 40, $"{TexturerTests.Color(head, k)} at {p}");
            count++;
        }
        Assert.True(count > 10, $"{count} vertices");
    }

    [Fact]
    public void Apply_HalfTurnedFaceThatIsSymmetricButForAMole_KeepsTheMole()
    {
        var mole = new Vector3(-0.025f, -0.035f, 0.085f);
        var scene = new SyntheticHead(25, paint: p => Vector3.Distance(p, mole) < 0.008f ? Lips : SyntheticHead.Paint(p));
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        Assert.True(NearestColor(head, mole) is var own && (own - Lips).Length() < 40, $"{own}");
        mole.X = -mole.X;
        Assert.True(NearestColor(head, mole) is var other && (other - SyntheticHead.Paint(mole)).Length() < 30, $"{other}");
    }

    [Fact]
    public void Apply_FaceFromTheFrontWithOneSideInShadow_KeepsTheShadow()
    {
        var scene = new SyntheticHead(12, HardLight);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var count = 0;
        foreach (var (k, p) in Face(head, -1))
        {
            if (head.Mesh.Normals[k].X > -0.2f || Vector3.Dot(head.Mesh.Normals[k], scene.Frame.ViewDirection) < 0.5f) continue;
            Assert.True((TexturerTests.Color(head, k) - 0.3f * SyntheticHead.Paint(p)).Length() < 30, $"{TexturerTests.Color(head, k)} at {p}");
            count++;
        }
        Assert.True(count > 100, $"{count} vertices");
    }

    [Fact]
    public void Apply_StreakWhereTheCameraSawTheSideOfTheHeadFlat_HardlyGetsOntoTheHead()
    {
        var scene = new SyntheticHead();
        var middle = scene.Frame.ToPhoto(SyntheticHead.Center);
        // On an ellipsoid that is seen from the front the cosine depends on the place alone.
        for (var y = 0; y < scene.Photo.Height; y++)
            for (var x = 0; x < scene.Photo.Width; x++)
            {
                var q = (scene.Frame.ToHead(new Vector3(x + 0.5f, y + 0.5f, middle.Z)) - SyntheticHead.Center) / SyntheticHead.Radii;
                if (q.Y < -0.3f || q.X * q.X + q.Y * q.Y is < 0.93f or > 0.955f) continue;
                scene.Photo.Pixels.AsSpan(3 * (y * scene.Photo.Width + x), 3).Fill(255);
            }
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        int white = 0, count = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k];
            if (MathF.Abs(p.X) < 0.06f || p.Y < -0.04f) continue;
            count++;
            if (TexturerTests.Color(head, k).Z > 200) white++;
        }
        Assert.True(count > 500 && white < 0.03 * count, $"{white} of {count} vertices are white");
    }

    [Fact]
    public void Apply_DarkLineAlongTheEdgeOfThePhoto_StaysOffTheHead()
    {
        var scene = new SyntheticHead();
        var top = (int)scene.Frame.ToPhoto(new Vector3(0, 0.03f, 0)).Y; // the brows
        var cut = new RgbImage(scene.Photo.Width, scene.Photo.Height - top);
        scene.Photo.Pixels.AsSpan(3 * top * cut.Width).CopyTo(cut.Pixels);
        var random = new Random(1);
        for (var k = 0; k < 3 * cut.Width; k++) cut.Pixels[k] = (byte)random.Next(40); // one row, and no bar of one colour
        var mesh = scene.PhotoMesh();
        for (var k = 0; k < mesh.VertexCount; k++) mesh.Positions[k].Y -= top;
        Vector3[] landmarks = [.. MeanFace.Points.Select(p => scene.Frame.ToPhoto(p) - new Vector3(0, top, 0))];
        var head = Texturer.Apply(mesh, cut, HeadFrame.FromLandmarks(landmarks));
        foreach (var (k, p) in Face(head, 0))
            Assert.True(TexturerTests.Color(head, k).X > 140, $"{TexturerTests.Color(head, k)} at {p}");
    }

    private static Vector3 NearestColor(TexturedMesh head, Vector3 place) =>
        TexturerTests.Color(head, Enumerable.Range(0, head.Mesh.VertexCount).MinBy(k => Vector3.Distance(head.Mesh.Positions[k], place)));

    // Skin of the front of the face; of one side, or of both.
    private static IEnumerable<(int Vertex, Vector3 Place)> Face(TexturedMesh head, int side)
    {
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k];
            if (p.Z > 0.045f && p.Y is > -0.08f and < 0.045f && (side == 0 || side * p.X > 0.01f)) yield return (k, p);
        }
    }
}
