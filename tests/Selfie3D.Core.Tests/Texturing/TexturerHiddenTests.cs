using System.Numerics;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

/// <summary>What is made up where neither the camera nor its mirror image saw the head.</summary>
public sealed class TexturerHiddenTests
{
    private static readonly Vector3 Hair = new(40, 38, 36), Skin = new(200, 145, 115), Pink = new(215, 135, 125);

    [Fact]
    public void Apply_EarBeforeHair_LeavesHairBehindIt()
    {
        var scene = new SyntheticHead(30, null, p => p.Y > 0.055f || p is { Z: < 0.02f, Y: > 0.02f } or { Z: < -0.02f, Y: > -0.06f } ? Hair : Skin);
        scene.PaintEar(Pink, 0);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        var ears = new EarMap(head.Mesh.Positions);
        int count = 0, light = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
        {
            var p = head.Mesh.Positions[k];
            // Above the hairline, within two centimetres behind the ear.
            var offset = new Vector2(p.Z - SyntheticHead.EarCenter.Z, p.Y - SyntheticHead.EarCenter.Y);
            if (ears.At(p) > 0 || p.Z > -0.025f || p.Y < -0.01f || offset.Length() > 0.042f || MathF.Abs(p.X) < 0.04f) continue;
            count++;
            if (TexturerTests.Color(head, k).X > 120) light++;
        }
        Assert.True(count > 100 && light < 0.02 * count, $"{light} of {count} vertices have the colour of the ear");
    }

    [Fact]
    public void Apply_HairOverBothEars_GoesOnDownTheNeck()
    {
        var scene = new SyntheticHead(62, null, p => p.Y > 0.055f || p.Z < 0.03f ? Hair : Skin);
        scene.PaintEar(Hair, 0);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        var nape = Mean(head, p => p.Z < -0.02f && p.Y < -0.122f);
        Assert.True(nape.X < 80, $"{nape}");
        var throat = Mean(head, p => p.Z > 0.04f && p.Y < -0.09f);
        Assert.True(throat.X > 150, $"{throat}");
    }

    [Fact]
    public void Apply_HairOverBothEars_EndsSoftlyOnTheNeck()
    {
        var scene = new SyntheticHead(62, null, p => p.Y > 0.055f || p.Z < 0.03f ? Hair : Skin);
        scene.PaintEar(Hair, 0);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        var triangles = head.Mesh.Triangles;
        float steepest = 0;
        for (var t = 0; t < triangles.Length; t += 3)
        {
            var (a, b) = (triangles[t], triangles[t + 1]);
            if (head.Mesh.Positions[a] is not { Y: < -0.1f, X: < 0 }) continue; // the side that was not seen
            steepest = MathF.Max(steepest, Vector3.Distance(TexturerTests.Color(head, a), TexturerTests.Color(head, b)));
        }
        Assert.InRange(steepest, 5, 100);
    }

    [Fact]
    public void Apply_EarsThatAreSeen_LeaveTheNeckSkin()
    {
        var scene = new SyntheticHead(62, null, p => p.Y > 0.055f || p is { Z: < 0, Y: > -0.06f } ? Hair : Skin);
        scene.PaintEar(Pink, 0);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        var nape = Mean(head, p => p.Z < -0.02f && p.Y < -0.122f);
        Assert.True(nape.X > 130, $"{nape}");
    }

    [Fact]
    public void Apply_HatAboveHair_ColorsTheBackOfTheHeadWithHairBelowItsBrim()
    {
        Vector3 hat = new(60, 110, 190);
        var scene = new SyntheticHead(20, null, p => p.Y > 0.07f ? hat : p.Y > 0.055f || p.Z < 0.045f ? Hair : Skin);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var below = Mean(head, p => p.Z < -0.075f && p.Y is > -0.03f and < 0.04f);
        Assert.True(Vector3.Distance(below, Hair) < 30, $"{below} below the brim");
        var above = Mean(head, p => p.Z < -0.03f && p.Y > 0.095f);
        Assert.True(Vector3.Distance(above, hat) < 60, $"{above} above the brim");
    }

    [Fact]
    public void Apply_LightBeard_IsNotCarriedOnOverJawAndNeck()
    {
        Vector3 beard = new(240, 235, 220);
        static bool IsBeard(Vector3 p) => p.Y is < -0.062f and > -0.105f && p.Z > 0;
        var scene = new SyntheticHead(0, null, p => IsBeard(p) ? beard : p.Y > 0.055f ? Hair : Skin);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var jaw = Mean(head, p => p.Z is < 0 and > -0.03f && p.Y is < -0.065f and > -0.1f);
        Assert.True(Vector3.Distance(jaw, Skin) < 20, $"{jaw}");
    }

    [Fact]
    public void Apply_HairOfTheSkinsColor_HasStrandsWhereTheyWereSeen()
    {
        // The same mean: a shaved head, and light hair on a light face.
        Assert.InRange(Roughness(p => Skin), 0, 0.02);
        Assert.InRange(Roughness(p => p.Y > 0.055f ? (1 + 0.15f * MathF.Sin(1500 * p.X)) * Skin : Skin), 0.04, 0.3);

        static double Roughness(Func<Vector3, Vector3> paint)
        {
            var scene = new SyntheticHead(0, null, paint);
            var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
            var tones = Enumerable.Range(0, head.Mesh.VertexCount)
                .Where(k => head.Mesh.Positions[k] is { Z: < -0.075f } p && MathF.Abs(p.Y - 0.02f) < 0.006f).Select(k => TexturerTests.Color(head, k).X).ToArray();
            var mean = tones.Average();
            return tones.Average(tone => Math.Abs(tone - mean)) / mean;
        }
    }

    [Fact]
    public void Apply_LightHairBesideTheFace_GoesOnToTheEars()
    {
        Vector3 hair = new(235, 215, 165), skin = new(150, 95, 75);
        var scene = new SyntheticHead(0, null, p => p.Y > 0.055f || MathF.Abs(p.X) > 0.052f ? hair : skin);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var side = Mean(head, p => p.Z is < 0.005f and > -0.02f && p.Y is < -0.02f and > -0.06f);
        Assert.True(Vector3.Distance(side, hair) < 60, $"{side}");
    }

    [Theory]
    [InlineData(-0.015f)]
    [InlineData(0.015f)]
    public void Apply_HairlineThatIsNotTheUsualOne_GoesOnToTheEars(float above)
    {
        var scene = new SyntheticHead(0, null, p => Hairline.Above(p) > above ? Hair : Skin);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        // Between the usual line and this one, where the camera no longer saw the temple.
        var between = Mean(head, p => p.Z is > 0 and < 0.025f && MathF.Abs(Hairline.Above(p) - 0.5f * above) < 0.006f);
        Assert.True(above < 0 ? between.X < 120 : between.X > 140, $"{between}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Apply_HairBesideTheNeck_GoesOnDownItUnlessTheWallLooksLikeIt(bool darkWall)
    {
        var scene = new SyntheticHead(0, null, p => p.Y > 0.055f ? Hair : Skin);
        PaintWall(scene, p => darkWall || (p.Y is < 0 and > -0.13f && MathF.Abs(p.X) < 0.11f));
        var head = Texturer.Apply(scene.PhotoMesh(110, ears: true), scene.Photo, scene.Frame);
        var nape = Mean(head, p => p.Z < -0.05f && p.Y < -0.1f);
        Assert.True(darkWall ? nape.X > 130 : nape.X < 80, $"{nape}");
    }

    [Fact]
    public void Apply_HatOverHairSeenBesideTheFace_LeavesHairBelowItsBrim()
    {
        Vector3 hat = new(200, 30, 45);
        var scene = new SyntheticHead(0, null, p => p.Y > 0.06f ? hat : MathF.Abs(p.X) > 0.052f ? Hair : Skin);
        var head = Texturer.Apply(scene.PhotoMesh(), scene.Photo, scene.Frame);
        var below = Mean(head, p => p.Z < -0.075f && p.Y is > -0.06f and < 0);
        Assert.True(Vector3.Distance(below, Hair) < 40, $"{below} below the brim");
        var above = Mean(head, p => p.Z < -0.03f && p.Y > 0.095f);
        Assert.True(Vector3.Distance(above, hat) < 70, $"{above} above the brim");
    }

    private static void PaintWall(SyntheticHead scene, Func<Vector3, bool> where)
    {
        var photo = scene.Photo;
        for (var y = 0; y < photo.Height; y++)
            for (var x = 0; x < photo.Width; x++)
            {
                var pixel = photo.Pixels.AsSpan(3 * (y * photo.Width + x), 3);
                if (pixel is not [255, 0, 255] || !where(scene.Frame.ToHead(new Vector3(x, y, 0)) - SyntheticHead.Center)) continue;
                (pixel[0], pixel[1], pixel[2]) = ((byte)Hair.X, (byte)Hair.Y, (byte)Hair.Z);
            }
    }

    private static Vector3 Mean(TexturedMesh head, Func<Vector3, bool> where)
    {
        var sum = Vector3.Zero;
        var count = 0;
        for (var k = 0; k < head.Mesh.VertexCount; k++)
            if (where(head.Mesh.Positions[k])) (sum, count) = (sum + TexturerTests.Color(head, k), count + 1);
        Assert.True(count > 50, $"{count} vertices");
        return sum / count;
    }
}
