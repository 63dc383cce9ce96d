using System.Numerics;
using Selfie3D.Meshing;

namespace Selfie3D.Tests.Meshing;

public sealed class MeshChecksTests
{
    private static readonly int[] Tetrahedron = [0, 2, 1, 0, 1, 3, 1, 2, 3, 0, 3, 2];

    [Fact]
    public void Inspect_Tetrahedron_IsWatertight()
    {
        var report = MeshChecks.Inspect(Make(Tetrahedron));
        Assert.True(report.Watertight);
        Assert.Equal(1 / 6.0, report.SignedVolume, 1e-6);
        Assert.Equal(0, report.DegenerateTriangles);
    }

    [Fact]
    public void Inspect_MissingTriangle_IsNotClosed()
    {
        var report = MeshChecks.Inspect(Make(Tetrahedron[..9]));
        Assert.False(report.Closed);
        Assert.False(report.Watertight);
    }

    [Fact]
    public void Inspect_OneTriangleTurnedOver_IsNotClosed()
    {
        int[] turned = [.. Tetrahedron];
        (turned[0], turned[1]) = (turned[1], turned[0]);
        Assert.False(MeshChecks.Inspect(Make(turned)).Closed);
    }

    [Fact]
    public void Inspect_TwoTetrahedraAtOneVertex_IsClosedButNotManifold()
    {
        int[] second = [.. Tetrahedron.Select(v => v == 0 ? 0 : v + 3)];
        var report = MeshChecks.Inspect(Make([.. Tetrahedron, .. second]));
        Assert.True(report.Closed);
        Assert.False(report.Manifold);
    }

    [Fact]
    public void Inspect_TwoTetrahedraApart_CountsTwoPieces()
    {
        int[] second = [.. Tetrahedron.Select(v => v + 4)];
        var report = MeshChecks.Inspect(Make([.. Tetrahedron, .. second]));
        Assert.True(report.Manifold);
        Assert.Equal(2, report.Pieces);
        Assert.False(report.Watertight);
    }

    [Fact]
    public void Inspect_UnusedVertex_IsCountedAndIsNoPiece()
    {
        int[] shifted = [.. Tetrahedron.Select(v => v + 1)];
        var report = MeshChecks.Inspect(Make(shifted));
        Assert.Equal((1, 1), (report.Pieces, report.UnusedVertices));
    }

    [Fact]
    public void Inspect_NotANumber_IsNotFinite()
    {
        var mesh = Make(Tetrahedron);
        mesh.Positions[2].Y = float.NaN;
        Assert.False(MeshChecks.Inspect(mesh).Finite);
    }

    [Fact]
    public void Inspect_FlatTriangle_IsDegenerate()
    {
        var mesh = Make(Tetrahedron);
        mesh.Positions[3] = (mesh.Positions[0] + mesh.Positions[1]) / 2;
        Assert.Equal(1, MeshChecks.Inspect(mesh).DegenerateTriangles);
    }

    [Fact]
    public void Inspect_EmptyMesh_IsNotWatertight() =>
        Assert.False(MeshChecks.Inspect(new Mesh([], [], [])).Watertight);

    private static Mesh Make(int[] triangles)
    {
        Vector3[] corners =
        [
            new(0, 0, 0), new(1, 0, 0), new(0, 1, 0), new(0, 0, 1),
            new(5, 0, 0), new(6, 0, 0), new(5, 1, 0), new(5, 0, 1),
        ];
        var used = corners[..(triangles.Max() + 1)];
        return new Mesh(used, [.. used.Select(_ => Vector3.UnitZ)], triangles);
    }
}
