using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class EarShiftTests
{
    private static readonly Vector3 Skin = new(215, 165, 140);

    [Theory]
    [InlineData(70)]
    [InlineData(-70)]
    public void Apply_EarOfThePhotoBehindThatOfTheHead_IsPaintedOnTheHeadsEarAlone(float yaw)
    {
        var scene = new SyntheticHead(yaw);
        scene.PaintEar(Skin, back: 0.014f);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        int ear = 0, behind = 0, twice = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k] with { X = MathF.Abs(head.Mesh.Positions[k].X) };
            var q = (p - SyntheticHead.EarCenter) / SyntheticHead.EarRadii;
            var color = TexturerTests.Color(head, k);
            // Both the half that the camera saw and its mirror image.
            if (q.X > 0.7f)
            {
                Assert.True(color.X > 180, $"{color} on the ear at {head.Mesh.Positions[k]}");
                ear++;
            }
            else if (q.Z < -1.15f && p.Z > -0.055f && MathF.Abs(q.Y) < 1 && p.X > 0.04f)
            {
                behind++;
                if (color.X > 130) twice++;
            }
        }
        Assert.True(ear > 40 && behind > 100, $"{ear} and {behind} vertices");
        Assert.True(twice < 0.02 * behind, $"{twice} of {behind} vertices behind the ear are painted like one");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.002f)]
    public void Find_EarAtItsPlace_HardlyMovesIt(float back)
    {
        var scene = new SyntheticHead(70);
        scene.PaintEar(Skin, back);
        var photo = scene.Frame.ToPhoto(SyntheticHead.EarCenter);
        var moved = Find(scene)?.ColorPlace(photo, SyntheticHead.EarCenter) ?? photo;
        Assert.InRange((moved - photo).Length() / scene.Frame.PixelsPerMetre, 0, 0.006f);
    }

    [Fact]
    public void Find_EarBehind_GoesWithItAndLessAndLessAround()
    {
        var scene = new SyntheticHead(70);
        scene.PaintEar(Skin, 0.012f);
        var shift = Find(scene)!;
        var center = SyntheticHead.EarCenter;
        float MovedBack(Vector3 head)
        {
            var photo = scene.Frame.ToPhoto(head);
            return -scene.Frame.DirectionToHead(shift.ColorPlace(photo, head) - photo).Z / scene.Frame.PixelsPerMetre;
        }
        // Only what of it lies across the view is seen.
        var across = scene.Frame.DirectionToPhoto(Vector3.UnitZ).AsVector2().LengthSquared();
        Assert.Equal(0.012f * across, MovedBack(center), 0.0035f);
        Assert.InRange(MovedBack(center + new Vector3(0, 0, 0.032f)), 0.001f, 0.012f);
        Assert.Equal(0, MovedBack(center + new Vector3(0, 0, 0.08f)));
        Assert.Equal(0, MovedBack(center * new Vector3(-1, 1, 1)));
    }

    [Fact]
    public void Find_FaceFromTheFrontOrNoEarInThePhoto_IsNull()
    {
        Assert.Null(Find(new SyntheticHead()));
        var plain = new SyntheticHead(70);
        Array.Fill(plain.Photo.Pixels, (byte)150);
        Assert.Null(Find(plain));
    }

    private static EarShift? Find(SyntheticHead scene)
    {
        var mesh = scene.PhotoMesh(110, ears: true);
        var map = new HeadMap(mesh);
        var colors = new Vector4[map.Width * map.Height];
        var known = new bool[colors.Length];
        for (var y = 0; y < map.Height; y++)
            for (var x = 0; x < map.Width; x++)
            {
                var at = map.PhotoOf(x, y);
                if (!(known[y * map.Width + x] = at.X >= 0 && at.Y >= 0 && at.X < scene.Photo.Width && at.Y < scene.Photo.Height)) continue;
                var pixel = scene.Photo.Pixels.AsSpan(3 * ((int)at.Y * scene.Photo.Width + (int)at.X), 3);
                colors[y * map.Width + x] = new Vector4(pixel[0], pixel[1], pixel[2], 0);
            }
        var head = Texturer.ToHead(mesh, scene.Frame);
        return EarShift.Find(map, colors, known, new EarMap(head.Positions), scene.Frame);
    }
}
