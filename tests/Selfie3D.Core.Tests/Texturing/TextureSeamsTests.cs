using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

/// <summary>What the cuts of the texture leave whole: seams, the mesh, and charts of their own.</summary>
public sealed class TextureSeamsTests
{
    private static readonly SyntheticHead Front = new();
    private static readonly TexturedMesh FrontHead = Texturer.Apply(Front.PhotoMesh(), Front.Photo, Front.Frame);

    [Fact]
    public void Apply_Seams_AreContinuousInEveryMipmapThatMatters()
    {
        var image = FrontHead.Texture;
        var copies = Enumerable.Range(0, FrontHead.CutVertices.Length).GroupBy(k => FrontHead.CutVertices[k]).Where(g => g.Count() > 1).ToArray();
        Assert.True(copies.Length > 300, $"{copies.Length} vertices on seams");
        for (var level = 0; level <= 3; level++, image = Half(image))
        {
            // Sharp hairlines are left out: there half a texel makes a difference on one chart already.
            var steps = copies.Where(g => !NearHairline(FrontHead.Mesh.Positions[g.Key]))
                .Select(g => (Sample(image, FrontHead.TexCoords[g.First()]) - Sample(image, FrontHead.TexCoords[g.Last()])).Length()).Order().ToArray();
            Assert.True(steps.Average() < 4 + 2 * level, $"mipmap {level}: {steps.Average():F1} on average");
            Assert.True(steps[steps.Length * 95 / 100] < 14 + 8 * level, $"mipmap {level}: {steps[steps.Length * 95 / 100]:F1} at one in twenty");
        }

        static bool NearHairline(Vector3 p) => MathF.Abs(p.Y - 0.055f) < 0.012f || MathF.Abs(p.Z) < 0.012f;
    }

    [Fact]
    public void Apply_Texture_AgreesWithTheVertexColorsOnBothSidesOfSeams()
    {
        var off = 0;
        for (var k = 0; k < FrontHead.CutVertices.Length; k++)
        {
            var uv = FrontHead.TexCoords[k];
            Assert.InRange(uv.X, 0, 1);
            Assert.InRange(uv.Y, 0, 1);
            var p = FrontHead.Mesh.Positions[FrontHead.CutVertices[k]];
            // The painted hairlines are sharp, and strands are finer than vertices.
            if (MathF.Abs(p.Y - 0.055f) < 0.01f || p.Z < 0.02f) continue;
            if ((TexturerTests.Color(FrontHead, FrontHead.CutVertices[k]) - Sample(FrontHead.Texture, uv)).Length() > 15) off++;
        }
        Assert.True(off < FrontHead.CutVertices.Length / 500, $"{off} of {FrontHead.CutVertices.Length}");
    }

    [Fact]
    public void Apply_CutMesh_IsTheClosedMeshWithSomeVerticesTwice()
    {
        Assert.Equal(FrontHead.Mesh.Triangles.Length, FrontHead.CutTriangles.Length);
        Assert.True(FrontHead.CutTriangles.Select(v => FrontHead.CutVertices[v]).SequenceEqual(FrontHead.Mesh.Triangles.ToArray()));
        Assert.Equal(FrontHead.Mesh.VertexCount, FrontHead.CutVertices.Distinct().Count());
        Assert.True(FrontHead.CutVertices.Length < FrontHead.Mesh.VertexCount * 1.15);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(62, true)] // the ear hides the hair behind it from the camera
    public void Apply_Charts_DoNotLieOnOneAnother(float yaw, bool ears)
    {
        var scene = new SyntheticHead(yaw);
        var head = Texturer.Apply(scene.PhotoMesh(110, ears), scene.Photo, scene.Frame);
        var size = head.Texture.Width;
        var places = new Vector3[size * size];
        int covered = 0, twice = 0;
        for (var t = 0; t < head.Mesh.TriangleCount; t++)
        {
            var a = head.TexCoords[head.CutTriangles[3 * t]] * size;
            var b = head.TexCoords[head.CutTriangles[3 * t + 1]] * size;
            var c = head.TexCoords[head.CutTriangles[3 * t + 2]] * size;
            Vector3 p = At(t, 0), q = At(t, 1), r = At(t, 2);
            foreach (var (x, y, u, v) in TexelCover.Of(a, b, c, size, size, 0, size))
            {
                covered++;
                var place = p + u * (q - p) + v * (r - p);
                ref var other = ref places[y * size + x];
                // Neighbours share the texels of their edge.
                if (other != Vector3.Zero && Vector3.Distance(other, place) > 0.003f) twice++;
                other = place;
            }
        }
        Assert.True(covered > size * size * 0.4, $"{100.0 * covered / size / size:F0} % of the texture is used");
        Assert.True(twice < 15, $"{twice} of {covered} texels are used twice");

        Vector3 At(int triangle, int corner) => head.Mesh.Positions[head.CutVertices[head.CutTriangles[3 * triangle + corner]]];
    }

    private static Vector3 Sample(RgbImage image, Vector2 uv)
    {
        var x = Math.Clamp(uv.X * image.Width - 0.5f, 0, image.Width - 1.001f);
        var y = Math.Clamp(uv.Y * image.Height - 0.5f, 0, image.Height - 1.001f);
        int left = (int)x, top = (int)y;
        Vector3 At(int i, int j) => new(
            image.Pixels[3 * (j * image.Width + i)], image.Pixels[3 * (j * image.Width + i) + 1], image.Pixels[3 * (j * image.Width + i) + 2]);
        return Vector3.Lerp(
            Vector3.Lerp(At(left, top), At(left + 1, top), x - left), Vector3.Lerp(At(left, top + 1), At(left + 1, top + 1), x - left), y - top);
    }

    // The next mipmap.
    private static RgbImage Half(RgbImage image)
    {
        var half = new RgbImage(image.Width / 2, image.Height / 2);
        for (var y = 0; y < half.Height; y++)
            for (var x = 0; x < half.Width; x++)
                for (var c = 0; c < 3; c++)
                {
                    int Pixel(int i, int j) => image.Pixels[3 * ((2 * y + j) * image.Width + 2 * x + i) + c];
                    half.Pixels[3 * (y * half.Width + x) + c] = (byte)((Pixel(0, 0) + Pixel(1, 0) + Pixel(0, 1) + Pixel(1, 1) + 2) / 4);
                }
        return half;
    }
}
