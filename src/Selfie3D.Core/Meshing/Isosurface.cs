using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Selfie3D.Regression;

namespace Selfie3D.Meshing;

/// <summary>How <see cref="Isosurface"/> works.</summary>
public sealed record IsosurfaceOptions
{
    /// <summary>Passes that even out the triangles; the surface stays where it is.</summary>
    public int RelaxIterations { get; init; } = 1;

    /// <summary>Passes of volume-keeping smoothing afterwards (<see cref="MeshSmoother"/>); 0 keeps the surface as predicted.</summary>
    public int SmoothIterations { get; init; }

    /// <summary>Keep only the largest closed piece: the head, without stray blobs and without inner cavities.</summary>
    public bool LargestPieceOnly { get; init; } = true;

    /// <summary>Threads to use; -1 for as many as there are cores. The result does not depend on it.</summary>
    public int MaxThreads { get; init; } = -1;
}

/// <summary>
/// Extracts the level-0 surface of a <see cref="HeadVolume"/>: closed (also where the head meets the border of the
/// volume), manifold, outward, the same for the same volume on any number of threads.
/// </summary>
/// <remarks>
/// A dual method: one vertex for every sheet of the surface in a cell, placed on the surface (<see cref="CellField"/>), and one
/// quadrilateral around every cut edge of the grid (Gibson, Constrained elastic surface nets, 1998; Nielson, Dual
/// marching cubes, 2004), with the double edges that this can give split by a vertex of their own.
/// Finding the cells costs a few operations for 64 samples, all else is in proportion to the surface.
/// </remarks>
public static class Isosurface
{
    private const float RelaxStep = 0.18f;
    private const int LargestSize = 1000;

    /// <summary>Extracts the surface where the distance changes sign.</summary>
    /// <param name="volume">Signed distance, negative inside; values that are not finite count as outside.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <returns>The head in the photo frame (pixels); empty when nothing is inside.</returns>
    /// <exception cref="ArgumentException">The volume has more than 1000 voxels along an axis.</exception>
    public static Mesh Extract(HeadVolume volume, IsosurfaceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(volume);
        options ??= new IsosurfaceOptions();
        if (volume.Size > LargestSize)
            throw new ArgumentException($"A volume of {volume.Size}^3; at most {LargestSize}^3 can be extracted.", nameof(volume));

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads };
        using var cells = new SurfaceCells(volume.Distance, volume.Size, parallel);
        using var vertices = new NetVertices(cells, volume.Distance, volume.Size, parallel);
        vertices.Place();
        vertices.Relax(options.RelaxIterations, RelaxStep);
        var isOnePiece = true;
        vertices.Project(() => isOnePiece = !options.LargestPieceOnly || NetPieces.IsOne(cells, vertices));

        var doubles = new DoubleEdges(cells, vertices);
        var count = vertices.Count + doubles.Count;
        var rough = ArrayPool<bool>.Shared.Rent(count);
        rough.AsSpan().Clear();
        var triangles = new NetTriangles(cells, vertices, doubles, parallel).Build(rough);
        var positions = GC.AllocateUninitializedArray<Vector3>(count);
        var normals = GC.AllocateUninitializedArray<Vector3>(count);
        ToPhoto(vertices, doubles, volume, positions, normals, parallel);
        if (rough.AsSpan(0, count).Contains(true)) MeshSmoother.CalmRough(positions, normals, triangles, rough);
        ArrayPool<bool>.Shared.Return(rough);

        var mesh = new Mesh(positions, normals, triangles);
        if (!isOnePiece) mesh = MeshPieces.Largest(mesh);
        return options.SmoothIterations > 0 ? MeshSmoother.Smooth(mesh, options.SmoothIterations) : mesh;
    }

    private static void ToPhoto(NetVertices vertices, DoubleEdges doubles, HeadVolume volume, Vector3[] positions, Vector3[] normals, ParallelOptions parallel)
    {
        const int AtOnce = 8192;
        // Sample i lies at voxel coordinate i + 0.5. The map is affine: its axes are worked out once.
        var origin = volume.VoxelToPhoto(new Vector3(0.5f));
        Vector3 x = volume.VoxelToPhoto(new Vector3(volume.Size + 0.5f, 0.5f, 0.5f)) - origin;
        Vector3 y = volume.VoxelToPhoto(new Vector3(0.5f, volume.Size + 0.5f, 0.5f)) - origin;
        Vector3 z = volume.VoxelToPhoto(new Vector3(0.5f, 0.5f, volume.Size + 0.5f)) - origin;
        (x, y, z) = (x / volume.Size, y / volume.Size, z / volume.Size);
        Vector3 right = volume.Crop.DirectionToPhoto(Vector3.UnitX), down = volume.Crop.DirectionToPhoto(Vector3.UnitY), near = volume.Crop.DirectionToPhoto(Vector3.UnitZ);
        Parallel.For(0, (vertices.Count + AtOnce - 1) / AtOnce, parallel, chunk =>
        {
            var points = vertices.Points;
            var directions = vertices.Normals;
            for (var vertex = chunk * AtOnce; vertex < Math.Min(vertices.Count, (chunk + 1) * AtOnce); vertex++)
            {
                Vector3 p = points[vertex].AsVector3(), n = directions[vertex].AsVector3();
                positions[vertex] = origin + p.X * x + p.Y * y + p.Z * z;
                normals[vertex] = n.X * right + n.Y * down + n.Z * near;
            }
        });
        // Those of double edges have none, so they get those of their triangles.
        for (var k = 0; k < doubles.Count; k++)
        {
            var p = doubles.Positions[k];
            positions[vertices.Count + k] = origin + p.X * x + p.Y * y + p.Z * z;
            normals[vertices.Count + k] = Vector3.Zero;
        }
    }
}
