using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Meshing;

public sealed class IsosurfaceTests
{
    private static readonly Vector3 Middle = new(32.1f, 31.7f, 32.4f);

    [Fact]
    public void Extract_Sphere_IsClosedOutwardAndExact()
    {
        var volume = Shapes.Volume(64, Shapes.Sphere(Middle, 20.3f));
        var mesh = Isosurface.Extract(volume);

        var report = AssertSound(mesh);
        Assert.Equal(4.0 / 3 * Math.PI * Math.Pow(20.3, 3), -report.SignedVolume, 4.0 / 3 * Math.PI * Math.Pow(20.3, 3) * 0.003);
        Assert.Equal(2, EulerNumber(mesh));
        foreach (var p in Shapes.VoxelPositions(mesh, volume)) Assert.Equal(20.3f, Vector3.Distance(p, Middle), 0.015f);
        foreach (var (p, n) in Shapes.VoxelPositions(mesh, volume).Zip(mesh.Normals.ToArray()))
            Assert.True(Vector3.Dot(Vector3.Normalize(p - Middle), n) > 0.999f);
    }

    [Fact]
    public void Extract_Torus_HasOneHandle()
    {
        var shape = Shapes.Torus(Middle, 18, 7);
        var volume = Shapes.Volume(64, shape);
        var mesh = Isosurface.Extract(volume);

        var report = AssertSound(mesh);
        Assert.Equal(0, EulerNumber(mesh));
        var expected = 2 * Math.PI * Math.PI * 18 * 49;
        Assert.Equal(expected, -report.SignedVolume, expected * 0.01);
        Assert.All(Shapes.VoxelPositions(mesh, volume), p => Assert.Equal(0, shape(p), 0.05f));
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.5f)]
    [InlineData(0.37f)]
    public void Extract_AxisAlignedBox_HasFlatFacesAndNoDegenerateTriangles(float shift)
    {
        var shape = Shapes.Box(new Vector3(24 + shift), new Vector3(10, 12, 14));
        var volume = Shapes.Volume(48, shape);
        var mesh = Isosurface.Extract(volume);

        var report = AssertSound(mesh);
        Assert.Equal(20 * 24 * 28, -report.SignedVolume, 20 * 24 * 28 * 0.02);
        // Sharp edges are rounded within the cell that they cross.
        Assert.All(Shapes.VoxelPositions(mesh, volume), p => Assert.InRange(shape(p), -0.6f, 0.1f));
    }

    // No place of the surface is farther off than with Flying Edges: worst of the same two volumes in compare_surfaces.py.
    [Theory]
    [InlineData("sphere", 0.0074f)]
    [InlineData("plate", 0.39f)]
    public void Extract_WorstPlace_IsNoWorseThanOnTheGrid(string name, float limit)
    {
        var middle = new Vector3(64.137f);
        var turned = Matrix4x4.CreateRotationZ(MathF.Asin(0.6f));
        var box = Shapes.Box(Vector3.Zero, new Vector3(1.5f, 25.6f, 25.6f));
        var shape = name == "sphere" ? Shapes.Sphere(middle, 48.64f) : p => box(Vector3.Transform(p - middle, turned));
        var volume = Shapes.Volume(128, shape);
        var mesh = Isosurface.Extract(volume);
        AssertSound(mesh);

        Vector3[] at = [.. Shapes.VoxelPositions(mesh, volume)];
        Vector3[] shares = [new(1 / 3f), new(0.6f, 0.2f, 0.2f), new(0.2f, 0.6f, 0.2f), new(0.2f, 0.2f, 0.6f)];
        float worst = 0;
        for (int t = 0; t < mesh.TriangleCount; t++)
        {
            Vector3 a = at[mesh.Triangles[3 * t]], b = at[mesh.Triangles[3 * t + 1]], c = at[mesh.Triangles[3 * t + 2]];
            foreach (var share in shares) worst = MathF.Max(worst, MathF.Abs(shape(share.X * a + share.Y * b + share.Z * c)));
        }
        Assert.InRange(worst, 0, limit);
    }

    [Fact]
    public void Extract_TwoSpheres_KeepsTheLarger()
    {
        var volume = Shapes.Volume(64, Shapes.Union(Shapes.Sphere(new Vector3(20), 14), Shapes.Sphere(new Vector3(50), 8)));
        var mesh = Isosurface.Extract(volume);
        AssertSound(mesh);
        Assert.All(Shapes.VoxelPositions(mesh, volume), p => Assert.Equal(14, Vector3.Distance(p, new Vector3(20)), 0.05f));

        var both = Isosurface.Extract(volume, new IsosurfaceOptions { LargestPieceOnly = false });
        Assert.Equal(2, MeshChecks.Inspect(both).Pieces);
    }

    [Fact]
    public void Extract_HollowSphere_DropsTheCavity()
    {
        var volume = Shapes.Volume(64, p => MathF.Abs(Vector3.Distance(p, Middle) - 18) - 5);
        var mesh = Isosurface.Extract(volume);
        AssertSound(mesh);
        Assert.All(Shapes.VoxelPositions(mesh, volume), p => Assert.Equal(23, Vector3.Distance(p, Middle), 0.05f));
    }

    [Fact]
    public void Extract_SphereCutByTheBorder_IsClosedFlatOnTheBorder()
    {
        var volume = Shapes.Volume(64, Shapes.Sphere(new Vector3(32, 58, 32), 20));
        var mesh = Isosurface.Extract(volume);
        AssertSound(mesh);
        Assert.Equal(2, EulerNumber(mesh));
        Assert.All(Shapes.VoxelPositions(mesh, volume), p => Assert.InRange(p.Y, 37.9f, 64.05f));
        var onBorder = Shapes.VoxelPositions(mesh, volume).Count(p => MathF.Abs(p.Y - 64) < 0.05f);
        Assert.InRange(onBorder, 900, 1200); // a disc of radius 19
    }

    [Fact]
    public void Extract_FullVolume_IsABox()
    {
        var mesh = Isosurface.Extract(Shapes.Volume(16, _ => -3));
        var report = AssertSound(mesh);
        Assert.Equal(16 * 16 * 16, -report.SignedVolume, 16 * 16 * 16 * 0.05);
    }

    [Fact]
    public void Extract_NothingInside_IsEmpty() =>
        Assert.Equal(0, Isosurface.Extract(Shapes.Volume(16, _ => 3)).VertexCount);

    [Fact]
    public void Extract_NotFiniteValues_GivesAFiniteClosedMesh()
    {
        var volume = Shapes.Volume(32, Shapes.Sphere(new Vector3(16), 10));
        var random = new Random(1);
        for (var k = 0; k < 300; k++)
            volume.Distance[random.Next(volume.Distance.Length)] = (k % 3) switch { 0 => float.NaN, 1 => float.PositiveInfinity, _ => float.NegativeInfinity };
        AssertSound(Isosurface.Extract(volume));
    }

    [Theory]
    [InlineData(12, 0.5, 8)]
    [InlineData(25, 0.2, 3)]
    [InlineData(33, 0.5, 1)]
    [InlineData(65, 0.8, 1)]
    public void Extract_Noise_IsClosedAndManifold(int size, double inside, int seeds)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            var random = new Random(seed);
            var volume = Shapes.Volume(size, _ => (random.NextDouble() < inside ? -1 : 1) * (float)(0.01 + random.NextDouble()));
            var all = MeshChecks.Inspect(Isosurface.Extract(volume, new IsosurfaceOptions { LargestPieceOnly = false }));
            Assert.True(all.Closed && all.Manifold && all.Finite, $"seed {seed}: {all}");
            Assert.Equal(0, all.DegenerateTriangles);
            AssertSound(Isosurface.Extract(volume));
        }
    }

    // One loop in each cell, but two edges between the same two cells.
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(0, 1, 1)]
    public void Extract_TwoSamplesAcrossAFace_IsClosedAndManifold(int x, int y, int z)
    {
        Vector3 first = new(2.5f), second = first + new Vector3(x, y, z);
        AssertSound(Isosurface.Extract(Shapes.Volume(6, p => p == first || p == second ? -0.6f : 1)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void Extract_AnyThreadCount_GivesTheSameBits(int threads)
    {
        var volume = Shapes.Volume(96, p => Shapes.Sphere(new Vector3(48), 35)(p) + MathF.Sin(p.X) * MathF.Sin(p.Y * 0.7f));
        var one = Isosurface.Extract(volume, new IsosurfaceOptions { MaxThreads = 1 });
        var many = Isosurface.Extract(volume, new IsosurfaceOptions { MaxThreads = threads });
        Shapes.AssertSame(one, many);
        var knots = Shapes.Volume(40, p => MathF.Sin(1.9f * p.X) + MathF.Sin(1.7f * p.Y) + MathF.Sin(2.3f * p.Z + p.X));
        Shapes.AssertSame(
            Isosurface.Extract(knots, new IsosurfaceOptions { MaxThreads = 1, LargestPieceOnly = false }),
            Isosurface.Extract(knots, new IsosurfaceOptions { MaxThreads = threads, LargestPieceOnly = false }));
    }

    [Fact]
    public void Extract_TurnedCrop_FollowsTheCrop()
    {
        var crop = new HeadCrop(400, 300, 200, 30);
        var volume = Shapes.Volume(64, Shapes.Sphere(new Vector3(32, 16, 40), 8), crop);
        var mesh = Isosurface.Extract(volume);
        var (min, max) = mesh.Bounds();
        var expected = crop.CropToPhoto(new Vector3(0.5f, 0.25f, 0.625f));
        var middle = (min + max) / 2;
        Assert.Equal(expected.X, middle.X, 0.2f);
        Assert.Equal(expected.Y, middle.Y, 0.2f);
        Assert.Equal(expected.Z, middle.Z, 0.2f);
        Assert.Equal(50, max.X - min.X, 0.5f);
    }

    [Fact]
    public void Extract_SmoothShape_HasFewSlivers()
    {
        var volume = Shapes.Volume(64, Shapes.Sphere(Middle, 25));
        var angles = Shapes.SmallestAngles(Isosurface.Extract(volume));
        Array.Sort(angles);
        Assert.True(angles[angles.Length / 100] > 12, $"1 % of the triangles have an angle below {angles[angles.Length / 100]:F1} degrees");
        Assert.True(angles[angles.Length / 2] > 35, $"half of the triangles have an angle below {angles[angles.Length / 2]:F1} degrees");
    }

    private static MeshReport AssertSound(Mesh mesh)
    {
        var report = MeshChecks.Inspect(mesh);
        Assert.True(report.Watertight, report.ToString());
        Assert.Equal(0, report.DegenerateTriangles);
        Assert.Equal(0, report.UnusedVertices);
        Assert.True(report.SignedVolume < 0, "outward in the head frame is a negative volume in the photo frame");
        return report;
    }

    private static int EulerNumber(Mesh mesh) => mesh.VertexCount - mesh.TriangleCount / 2;
}
