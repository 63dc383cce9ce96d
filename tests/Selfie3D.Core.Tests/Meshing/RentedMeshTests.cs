using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Regression;

namespace Selfie3D.Tests.Meshing;

public sealed class RentedMeshTests
{
    // A large one, a small one, one of several pieces and one with double edges and rough places.
    private static readonly HeadVolume[] Volumes =
    [
        Shapes.Volume(64, Shapes.Sphere(new(32.1f, 31.7f, 32.4f), 25)),
        Shapes.Volume(24, Shapes.Torus(new(12), 6, 3)),
        Shapes.Volume(64, Shapes.Union(Shapes.Sphere(new(50), 8), Shapes.Sphere(new(20), 14))),
        Noise(25),
    ];

    [Fact]
    public void Rent_InMemoryOfOthers_GivesTheBitsOfExtract()
    {
        for (int round = 0; round < 3; round++)
            foreach (var volume in Volumes)
            {
                using var rented = Isosurface.Rent(volume);
                Shapes.AssertSame(Isosurface.Extract(volume), rented.Mesh);
            }
    }

    [Fact]
    public void Rent_Smoothed_GivesTheBitsOfExtract()
    {
        var options = new IsosurfaceOptions { SmoothIterations = 3 };
        using var rented = Isosurface.Rent(Volumes[0], options);
        Shapes.AssertSame(Isosurface.Extract(Volumes[0], options), rented.Mesh);
    }

    [Fact]
    public void Rent_ManyAtOnce_EachHasItsOwn()
    {
        Mesh[] expected = [.. Volumes.Select(volume => Isosurface.Extract(volume))];
        Parallel.For(0, 64, k =>
        {
            using var first = Isosurface.Rent(Volumes[k % Volumes.Length]);
            using var second = Isosurface.Rent(Volumes[(k + 1) % Volumes.Length]);
            Shapes.AssertSame(expected[k % Volumes.Length], first.Mesh);
            Shapes.AssertSame(expected[(k + 1) % Volumes.Length], second.Mesh);
        });
    }

    [Fact]
    public void Rent_NothingInside_IsEmpty()
    {
        using var rented = Isosurface.Rent(Shapes.Volume(16, _ => 3));
        Assert.Equal(0, rented.Mesh.VertexCount);
    }

    [Fact]
    public void Dispose_Mesh_IsEmptyAfterwards()
    {
        var rented = Isosurface.Rent(Volumes[0]);
        var mesh = rented.Mesh;
        rented.Dispose();
        Assert.Equal((0, 0), (mesh.VertexCount, mesh.TriangleCount));
        Assert.True(mesh.Positions.IsEmpty && mesh.Normals.IsEmpty && mesh.Triangles.IsEmpty);
    }

    [Fact]
    public void Dispose_Twice_GivesTheMemoryBackOnce()
    {
        var rented = Isosurface.Rent(Volumes[0]);
        rented.Dispose();
        rented.Dispose();
        using var first = Isosurface.Rent(Volumes[0]);
        using var second = Isosurface.Rent(Volumes[0]);
        Assert.False(first.Mesh.Positions.Overlaps(second.Mesh.Positions) || first.Mesh.Normals.Overlaps(second.Mesh.Normals));
        Assert.False(first.Mesh.Positions.Overlaps(second.Mesh.Normals) || first.Mesh.Normals.Overlaps(second.Mesh.Positions));
        Assert.False(first.Mesh.Triangles.Overlaps(second.Mesh.Triangles));
    }

    private static HeadVolume Noise(int size)
    {
        var random = new Random(1);
        return Shapes.Volume(size, _ => (random.NextDouble() < 0.3 ? -1 : 1) * (float)(0.01 + random.NextDouble()));
    }
}
