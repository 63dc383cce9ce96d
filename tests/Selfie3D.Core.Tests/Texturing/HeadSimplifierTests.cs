using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class HeadSimplifierTests
{
    private static readonly SyntheticHead Scene = new(20);
    private static readonly TexturedMesh Whole =
        Texturer.Apply(Scene.PhotoMesh(), Scene.Photo, Scene.Frame, new TextureOptions { Size = 512 });

    [Theory]
    [InlineData(0.5f)]
    [InlineData(0.25f)]
    [InlineData(0.0625f)]
    public void Simplify_Head_StaysClosedAndOnItsSurface(float share)
    {
        int wanted = (int)(share * Whole.Mesh.TriangleCount);

        var head = HeadSimplifier.Simplify(Whole, wanted, TestContext.Current.CancellationToken);

        Assert.InRange(head.Mesh.TriangleCount, wanted - 2, wanted);
        var report = MeshChecks.Inspect(head.Mesh);
        Assert.True(report.Watertight);
        Assert.Equal((0, 0), (report.DegenerateTriangles, report.UnusedVertices));
        Assert.Equal(MeshChecks.Inspect(Whole.Mesh).SignedVolume, report.SignedVolume, 0.02 * report.SignedVolume);
        Assert.All(head.Mesh.Positions.ToArray(), p => Assert.Equal(1, ((p - SyntheticHead.Center) / SyntheticHead.Radii).Length(), 0.01f));
    }

    [Fact]
    public void Simplify_Head_KeepsTheSeams()
    {
        var head = HeadSimplifier.Simplify(Whole, Whole.Mesh.TriangleCount / 8, TestContext.Current.CancellationToken);

        for (int corner = 0; corner < head.CutTriangles.Length; corner++)
            Assert.Equal(head.Mesh.Triangles[corner], head.CutVertices[head.CutTriangles[corner]]);
        Assert.True(head.CutVertices.Length > head.Mesh.VertexCount);
        Assert.Equal(Enumerable.Range(0, head.CutVertices.Length), head.CutTriangles.Distinct().Order());
        // Texture coordinates are the whole head's at the same place: no corner has left its chart.
        var known = Enumerable.Range(0, Whole.CutVertices.Length).Select(k => (Whole.Mesh.Positions[Whole.CutVertices[k]], Whole.TexCoords[k])).ToHashSet();
        Assert.All(Enumerable.Range(0, head.CutVertices.Length), k => Assert.Contains((head.Mesh.Positions[head.CutVertices[k]], head.TexCoords[k]), known));
    }

    [Fact]
    public void Simplify_Head_FoldsNothingOnTheTexture()
    {
        var head = HeadSimplifier.Simplify(Whole, Whole.Mesh.TriangleCount / 8, TestContext.Current.CancellationToken);

        int Folded(TexturedMesh mesh)
        {
            int turned = 0, total = mesh.CutTriangles.Length / 3;
            for (int t = 0; t < mesh.CutTriangles.Length; t += 3)
            {
                Vector2 a = mesh.TexCoords[mesh.CutTriangles[t]], b = mesh.TexCoords[mesh.CutTriangles[t + 1]], c = mesh.TexCoords[mesh.CutTriangles[t + 2]];
                if ((b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X) > 0)
                    turned++;
            }

            return Math.Min(turned, total - turned); // charts may all be mirrored
        }

        Assert.True(Folded(head) <= Folded(Whole));
    }

    [Fact]
    public void Simplify_Twice_IsTheSame()
    {
        var first = HeadSimplifier.Simplify(Whole, 3000, TestContext.Current.CancellationToken);
        var second = HeadSimplifier.Simplify(Whole, 3000, TestContext.Current.CancellationToken);

        Assert.Equal(first.CutTriangles, second.CutTriangles);
        Assert.Equal(first.Mesh.Positions, second.Mesh.Positions);
    }

    [Fact]
    public void Simplify_FewerThanAskedAlready_IsTheHeadItself() =>
        Assert.Same(Whole, HeadSimplifier.Simplify(Whole, Whole.Mesh.TriangleCount, TestContext.Current.CancellationToken));

    [Fact]
    public void Simplify_AsFewAsPossible_StaysSound()
    {
        var head = HeadSimplifier.Simplify(Whole, HeadSimplifier.LeastTriangles, TestContext.Current.CancellationToken);

        Assert.True(MeshChecks.Inspect(head.Mesh).Watertight);
        Assert.Equal(0, MeshChecks.Inspect(head.Mesh).DegenerateTriangles);
    }

    [Fact]
    public void Simplify_Torus_KeepsItsHole()
    {
        var volume = Meshing.Shapes.Volume(48, Meshing.Shapes.Torus(new(24), 14, 5));
        var surface = Isosurface.Extract(volume);
        var mesh = new Mesh([.. surface.Positions.ToArray().Select(p => p * 0.005f)], surface.Normals.ToArray(), surface.Triangles.ToArray()); // metres, a head's size
        var atlas = Atlas.Make(mesh, Vector3.UnitZ, 512, 1.7f);
        var collapser = new EdgeCollapser(mesh, atlas.Texels, atlas.CutTriangles);

        collapser.Reduce(mesh.TriangleCount / 6, TestContext.Current.CancellationToken);

        var (triangles, _) = collapser.Result();
        int vertices = triangles.Distinct().Count(), edges = triangles.Length / 2;
        Assert.True(triangles.Length / 3 < mesh.TriangleCount / 2, $"{triangles.Length / 3} triangles");
        Assert.Equal(0, vertices - edges + triangles.Length / 3);
    }
}
