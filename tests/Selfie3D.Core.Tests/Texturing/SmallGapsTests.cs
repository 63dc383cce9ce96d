using System.Numerics;
using Selfie3D.Meshing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Texturing;

public sealed class SmallGapsTests
{
    private static readonly Mesh Ball = Isosurface.Extract(Meshing.Shapes.Volume(32, Meshing.Shapes.Sphere(new(16), 10)));
    private static readonly Vector3 Skin = new(200, 150, 120);

    [Fact]
    public void Around_OneVertexUnknown_HasTheColourOfItsNeighbours()
    {
        var (colors, known) = Known(_ => true);
        known[7] = 0;
        colors[7] = Vector3.Zero;

        var around = SmallGaps.Around(Ball.Triangles, colors, known);

        Assert.Equal(1, around[7].W);
        Assert.True(Vector3.Distance(Skin, around[7].AsVector3()) < 0.01f);
    }

    [Fact]
    public void Around_AHalfUnknown_IsNoGap()
    {
        var middle = Ball.Positions.ToArray().Aggregate(Vector3.Add) / Ball.VertexCount;
        var (colors, known) = Known(k => Ball.Positions[k].X < middle.X);

        var around = SmallGaps.Around(Ball.Triangles, colors, known);

        for (int k = 0; k < around.Length; k++)
        {
            if (Ball.Positions[k].X > middle.X + 1)
                Assert.Equal(0, around[k].W);
        }
    }

    private static (Vector3[] Colors, float[] Known) Known(Func<int, bool> isKnown)
    {
        var colors = new Vector3[Ball.VertexCount];
        var known = new float[Ball.VertexCount];
        for (int k = 0; k < known.Length; k++)
            (colors[k], known[k]) = isKnown(k) ? (Skin, 1) : (Vector3.Zero, 0);
        return (colors, known);
    }
}
