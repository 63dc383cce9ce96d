using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Tests.Meshing;

namespace Selfie3D.Tests.Regression;

public sealed class PriorWarpTests
{
    private const int Size = 64;

    [Fact]
    public void Move_LargerShiftedBall_LiesOnIt()
    {
        var (voxels, triangles) = Ball(new(32), 20);
        var center = new Vector3(33.5f, 32, 31);
        var target = Shapes.Volume(Size, Shapes.Sphere(center, 21.5f)).Distance;

        var moved = PriorWarp.Move(voxels, triangles, target, Size, Ones(voxels));

        Assert.All(moved, p => Assert.Equal(21.5f, Vector3.Distance(p, center), 0.25f));
    }

    [Fact]
    public void Move_WithoutAShare_Stays()
    {
        var (voxels, triangles) = Ball(new(32), 20);
        var target = Shapes.Volume(Size, Shapes.Sphere(new(32), 23)).Distance;

        Assert.Equal(voxels, PriorWarp.Move(voxels, triangles, target, Size, new float[voxels.Length]));
    }

    [Fact]
    public void Move_ThinPlateThatTheNetworkLost_GoesWithTheBall()
    {
        // A plate a voxel and a half thick stands out of the ball, as an ear does; the network sees a smaller ball without it.
        var shape = Shapes.Union(Shapes.Sphere(new(32), 18), Shapes.Box(new(32, 32, 53), new(0.75f, 5, 4)));
        var (voxels, triangles) = Surface(shape);
        var target = Shapes.Volume(Size, Shapes.Sphere(new(32), 16.5f)).Distance;

        var moved = PriorWarp.Move(voxels, triangles, target, Size, Ones(voxels));

        var left = voxels.Select((p, k) => (p, k)).Where(v => v.p.Z is > 52 and < 56 && v.p.X < 31.6f).Average(v => moved[v.k].X);
        var right = voxels.Select((p, k) => (p, k)).Where(v => v.p.Z is > 52 and < 56 && v.p.X > 32.4f).Average(v => moved[v.k].X);
        Assert.True(right - left > 1.1f, $"{right - left} voxels are left of a plate of 1.5");
    }

    private static float[] Ones(Vector3[] voxels) => [.. Enumerable.Repeat(1f, voxels.Length)];

    private static (Vector3[] Voxels, int[] Triangles) Ball(Vector3 center, float radius) => Surface(Shapes.Sphere(center, radius));

    private static (Vector3[] Voxels, int[] Triangles) Surface(Func<Vector3, float> shape)
    {
        var volume = Shapes.Volume(Size, shape);
        var mesh = Isosurface.Extract(volume);
        return ([.. Shapes.VoxelPositions(mesh, volume)], mesh.Triangles.ToArray());
    }
}
