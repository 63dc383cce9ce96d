using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class TexturerTests
{
    private static readonly SyntheticHead Front = new();
    private static readonly TexturedMesh FrontHead = Texturer.Apply(Front.PhotoMesh(), Front.Photo, Front.Frame);

    [Fact]
    public void Apply_AnyHead_KeepsTheClosedMeshUprightInMetres()
    {
        var report = MeshChecks.Inspect(FrontHead.Mesh);
        Assert.True(report.Watertight, report.ToString());
        var expected = 4 / 3.0 * Math.PI * SyntheticHead.Radii.X * SyntheticHead.Radii.Y * SyntheticHead.Radii.Z;
        var (min, max) = FrontHead.Mesh.Bounds();
        Assert.Equal(expected, report.SignedVolume, expected * 0.01);
        Assert.Equal(2 * SyntheticHead.Radii.Y, max.Y - min.Y, 0.002f);
        foreach (var (p, n) in FrontHead.Mesh.Positions.ToArray().Zip(FrontHead.Mesh.Normals.ToArray()))
            Assert.True(Vector3.Dot(p - SyntheticHead.Center, n) > 0, "normals point outward");
    }

    [Fact]
    public void Apply_SkinTheCameraSaw_HasThePhotosColor()
    {
        var checkedVertices = 0;
        for (var k = 0; k < FrontHead.Mesh.VertexCount; k++)
        {
            var p = FrontHead.Mesh.Positions[k];
            if (FrontHead.Mesh.Normals[k].Z < 0.6f || MathF.Abs(p.Y - 0.055f) < 0.004f) continue;
            AssertNear(SyntheticHead.Paint(p), Color(FrontHead, k), 5, p);
            checkedVertices++;
        }
        Assert.True(checkedVertices > 1000);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(35)]
    [InlineData(-80)]
    public void Apply_AnyPose_LetsNoBackgroundIn(float yaw)
    {
        var scene = new SyntheticHead(yaw);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        Assert.True(Worst(head.VertexColors) < 20, $"vertex colours: {Worst(head.VertexColors)}");
        Assert.True(Worst(head.Texture.Pixels) < 20, $"texture: {Worst(head.Texture.Pixels)}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public void Apply_HeadPredictedTooLargeAndBesideThePhotos_LetsNoBackgroundIn(float yaw)
    {
        var scene = new SyntheticHead(yaw);
        var mesh = scene.PhotoMesh();
        var middle = scene.Frame.ToPhoto(SyntheticHead.Center);
        for (var k = 0; k < mesh.VertexCount; k++)
            mesh.Positions[k] = middle + 1.04f * (mesh.Positions[k] - middle) + new Vector3(5, 0, 0);
        var head = Texturer.Apply(mesh, scene.Photo, scene.Frame);
        Assert.True(Worst(head.VertexColors) < 25, $"vertex colours: {Worst(head.VertexColors)}");
        Assert.True(Worst(head.Texture.Pixels) < 40, $"texture: {Worst(head.Texture.Pixels)}");
    }

    [Fact]
    public void Apply_BlueCollar_LeavesTheNeckSkin()
    {
        var scene = new SyntheticHead();
        for (var y = 0; y < scene.Photo.Height; y++)
            for (var x = 0; x < scene.Photo.Width; x++)
                if (scene.Frame.ToHead(new Vector3(x + 0.5f, y + 0.5f, 0)).Y < -0.112f)
                    (scene.Photo.Pixels[3 * (y * scene.Photo.Width + x)], scene.Photo.Pixels[3 * (y * scene.Photo.Width + x) + 1],
                        scene.Photo.Pixels[3 * (y * scene.Photo.Width + x) + 2]) = (40, 60, 200);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        for (var k = 0; k < head.Mesh.VertexCount; k++)
            Assert.True(Color(head, k).Z < Color(head, k).X + 15, $"{Color(head, k)} at {head.Mesh.Positions[k]}");
    }

    [Fact]
    public void Apply_ShadedSkinBetweenStripesOfAScarf_LeavesTheNeckWithoutStripes()
    {
        var scene = new SyntheticHead(60, paint: p =>
            p.Y > -0.1f ? SyntheticHead.Paint(p) : p.Y % 0.012f < -0.005f ? new Vector3(40, 60, 200) : new Vector3(110, 72, 66));
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var checkedVertices = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k];
            if (p.Y is < -0.12f or > -0.106f || p.Z is < 0.012f or > 0.03f || p.X * scene.Frame.ViewDirection.X < 0) continue;
            Assert.True(Color(head, k).X > 135 && Color(head, k).Z < Color(head, k).X, $"{Color(head, k)} at {p}");
            checkedVertices++;
        }
        Assert.True(checkedVertices > 30, $"{checkedVertices} vertices");
    }

    [Fact]
    public void Apply_BackOfTheHead_HasHairOnTheScalpAndSkinOnTheNeck()
    {
        for (var k = 0; k < FrontHead.Mesh.VertexCount; k++)
        {
            var p = FrontHead.Mesh.Positions[k];
            if (p.Z < -0.05f && p.Y > -0.03f) AssertNear(new Vector3(70, 45, 30), Color(FrontHead, k), 35, p);
            if (p.Y < -0.125f) Assert.True(Color(FrontHead, k).X > 130, $"{Color(FrontHead, k)} at {p}");
        }
    }

    [Fact]
    public void Apply_TurnedHead_MirrorsTheSeenHalfOntoTheOther()
    {
        var scene = new SyntheticHead(50);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var view = scene.Frame.ViewDirection;
        var checkedVertices = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var normal = head.Mesh.Normals[k];
            var p = head.Mesh.Positions[k];
            var hidden = Vector3.Dot(normal, view) < -0.1f;
            var mirrorSeen = Vector3.Dot(normal * new Vector3(-1, 1, 1), view) > 0.6f;
            if (!hidden || !mirrorSeen || MathF.Abs(p.Y - 0.055f) < 0.004f || MathF.Abs(p.Z) < 0.004f) continue;
            AssertNear(SyntheticHead.Paint(p), Color(head, k), 8, p);
            checkedVertices++;
        }
        Assert.True(checkedVertices > 200, $"{checkedVertices} vertices");
    }

    [Theory]
    [InlineData(0.3f)]
    [InlineData(-0.3f)]
    public void Apply_TurnedHeadLitFromOneSide_BringsTheMirroredHalfIntoItsOwnLight(float side)
    {
        float Light(Vector3 normal) => 0.8f * MathF.Exp(side * normal.X);
        var scene = new SyntheticHead(30, normal => new Vector3(Light(normal)));
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var view = scene.Frame.ViewDirection;
        double error = 0, uncorrected = 0;
        var count = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            Vector3 normal = head.Mesh.Normals[k], p = head.Mesh.Positions[k], mirror = normal * new Vector3(-1, 1, 1);
            if (Vector3.Dot(normal, view) > 0 || Vector3.Dot(mirror, view) < 0.5f) continue;
            if (MathF.Abs(p.Y - 0.055f) < 0.006f || MathF.Abs(p.Z) < 0.006f) continue;
            var truth = SyntheticHead.Paint(p) * Light(normal);
            error += (Color(head, k) - truth).Length();
            uncorrected += (SyntheticHead.Paint(p) * Light(mirror) - truth).Length();
            count++;
        }
        Assert.True(count > 100, $"{count} vertices");
        Assert.True(uncorrected / count > 30, $"a mirrored colour would be off by {uncorrected / count:F1}");
        Assert.True(error < 0.35 * uncorrected, $"off by {error / count:F1}, without correction by {uncorrected / count:F1}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Apply_TurnedHeadInColoredLightFromOneSide_HasNoEdgeWhereTheMirroredHalfBegins(float side)
    {
        Vector3 Light(Vector3 normal) =>
            0.8f * new Vector3(MathF.Exp(0.05f * side * normal.X), MathF.Exp(0.17f * side * normal.X), MathF.Exp(0.26f * side * normal.X));
        var scene = new SyntheticHead(30, Light);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var view = scene.Frame.ViewDirection;
        Vector3 seen = default, mirrored = default; // mean errors on both sides of the edge
        int seenCount = 0, mirroredCount = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            Vector3 normal = head.Mesh.Normals[k], p = head.Mesh.Positions[k];
            if (p.Z < 0.01f || p.Y is < -0.06f or > 0.045f || Vector3.Dot(normal * new Vector3(-1, 1, 1), view) < 0.5f) continue;
            var error = Color(head, k) - SyntheticHead.Paint(p) * Light(normal);
            if (Vector3.Dot(normal, view) is > 0.35f and < 0.5f) (seen, seenCount) = (seen + error, seenCount + 1);
            else if (Vector3.Dot(normal, view) is > 0 and < 0.15f) (mirrored, mirroredCount) = (mirrored + error, mirroredCount + 1);
        }
        Assert.True(seenCount > 50 && mirroredCount > 50, $"{seenCount} and {mirroredCount} vertices");
        var step = (mirrored / mirroredCount - seen / seenCount).Length();
        Assert.True(step < 5, $"a step of {step:F1}");
    }

    [Theory]
    [InlineData(400, 512)]
    [InlineData(1500, 1024)]
    [InlineData(4500, 1024)]
    [InlineData(9000, 2048)]
    public void SizeFor_LargerFace_IsLarger(float pixelsPerMetre, int size) => Assert.Equal(size, Texturer.SizeFor(pixelsPerMetre));

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(512, 512)]
    [InlineData(2048, 2048)]
    public void Apply_Size_IsThatOfTheTexture(int asked, int size)
    {
        var texture = Texturer.Apply(Front.PhotoMesh(40), Front.Photo, Front.Frame, new TextureOptions { Size = asked }).Texture;
        Assert.Equal((size, size), (texture.Width, texture.Height));
    }

    [Fact]
    public void Apply_AnyThreadCount_GivesTheSameBits()
    {
        var mesh = Front.PhotoMesh();
        var one = Texturer.Apply(mesh, Front.Photo, Front.Frame, new TextureOptions { MaxThreads = 1 });
        var many = Texturer.Apply(mesh, Front.Photo, Front.Frame, new TextureOptions { MaxThreads = 8 });
        Assert.True(one.Texture.Pixels.AsSpan().SequenceEqual(many.Texture.Pixels));
        Assert.True(one.TexCoords.AsSpan().SequenceEqual(many.TexCoords));
        Assert.True(one.VertexColors.AsSpan().SequenceEqual(many.VertexColors));
    }

    [Fact]
    public void Apply_FacePartlyOutsideThePhoto_StillColorsAll()
    {
        var narrow = new RgbImage(270, Front.Photo.Height);
        for (var y = 0; y < narrow.Height; y++)
            Front.Photo.Pixels.AsSpan(3 * y * Front.Photo.Width, 3 * narrow.Width).CopyTo(narrow.Pixels.AsSpan(3 * y * narrow.Width));
        var head = Texturer.Apply(Front.PhotoMesh(), narrow, Front.Frame);
        // The half beyond the edge comes from the mirrored half.
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k];
            if (p.X < 0.03f || head.Mesh.Normals[k].Z < 0.6f || MathF.Abs(p.Y - 0.055f) < 0.004f) continue;
            AssertNear(SyntheticHead.Paint(p), Color(head, k), 8, p);
        }
    }

    [Theory]
    [InlineData(100, 1.7f)]
    [InlineData(8192, 1.7f)]
    [InlineData(1024, 0.5f)]
    [InlineData(1024, float.NaN)]
    public void Apply_OptionOutOfRange_Throws(int size, float detail) =>
        Assert.Throws<ArgumentException>(() => Texturer.Apply(
            Front.PhotoMesh(32), Front.Photo, Front.Frame, new TextureOptions { Size = size, FrontDetail = detail }));

    internal static Vector3 Color(TexturedMesh head, int vertex) =>
        new(head.VertexColors[3 * vertex], head.VertexColors[3 * vertex + 1], head.VertexColors[3 * vertex + 2]);

    private static void AssertNear(Vector3 expected, Vector3 actual, float tolerance, Vector3 place) =>
        Assert.True((expected - actual).Length() <= tolerance * 1.7f, $"{actual} instead of {expected} at {place}");

    // Magenta has much more red and blue than green; nothing on the head has more blue than green.
    private static int Worst(byte[] rgb)
    {
        var worst = 0;
        for (var k = 0; k < rgb.Length; k += 3) worst = Math.Max(worst, Math.Min(rgb[k], rgb[k + 2]) - rgb[k + 1]);
        return worst;
    }
}
