using System.Numerics;
using Selfie3D.Measuring;
using Selfie3D.Meshing;
using Selfie3D.Tests.Meshing;

namespace Selfie3D.Tests.Measuring;

public sealed class SurfaceProbeTests
{
    private static readonly Mesh Sphere = Isosurface.Extract(Shapes.Volume(48, Shapes.Sphere(new(24), 15)));

    [Theory]
    [InlineData(20, 3, 2)]
    [InlineData(-4, -5, 6)]
    [InlineData(0, 0, 15)]
    public void Nearest_OfASphere_LiesOnTheRay(float x, float y, float z)
    {
        var middle = new Vector3(24, 24, 0);
        var direction = Vector3.Normalize(new Vector3(x, y, z));

        var nearest = SurfaceProbe.Nearest(Sphere, middle + new Vector3(x, y, z));

        Assert.True(Vector3.Distance(middle + 15 * direction, nearest) < 0.35f, nearest.ToString());
    }

    [Fact]
    public void Outermost_OfASphere_IsTheSideAsked()
    {
        float expected = MathF.Sqrt(15 * 15 - 5 * 5 - 4 * 4);

        Assert.Equal(24 + expected, SurfaceProbe.Outermost(Sphere, 29, 4, 1)!.Value.X, 0.05f);
        Assert.Equal(24 - expected, SurfaceProbe.Outermost(Sphere, 29, 4, -1)!.Value.X, 0.05f);
    }

    [Fact]
    public void Outermost_LineBesideTheMesh_IsNone() => Assert.Null(SurfaceProbe.Outermost(Sphere, 45, 0, 1));
}
