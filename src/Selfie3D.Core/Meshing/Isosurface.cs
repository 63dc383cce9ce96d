using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Selfie3D.Regression;

namespace Selfie3D.Meshing;

/// <summary>How <see cref="Isosurface"/> works.</summary>
public sealed record IsosurfaceOptions
{
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
    public static Mesh Extract(HeadVolume volume, IsosurfaceOptions? options = null) => Extract(volume, options, Mesh.Make);

    /// <summary>The same in memory that is given back when the surface has served, as it has once the textured head is made.</summary>
    /// <param name="volume">As above.</param>
    /// <param name="options">As above.</param>
    /// <returns>What <see cref="Extract(HeadVolume, IsosurfaceOptions?)"/> returns, to be disposed of.</returns>
    /// <exception cref="ArgumentException">As above.</exception>
    /// <remarks>A surface is some 2 MB: the system's fresh memory for it takes up to half as long as the extraction itself.</remarks>
    public static RentedMesh Rent(HeadVolume volume, IsosurfaceOptions? options = null) => new(Extract(volume, options, RentedMesh.Rent));

    private static Mesh Extract(HeadVolume volume, IsosurfaceOptions? options, Func<int, int, Mesh> make)
    {
        ArgumentNullException.ThrowIfNull(volume);
        options ??= new IsosurfaceOptions();
        if (volume.Size > LargestSize)
            throw new ArgumentException($"A volume of {volume.Size}^3; at most {LargestSize}^3 can be extracted.", nameof(volume));

        var threads = options.MaxThreads > 0 ? options.MaxThreads : Environment.ProcessorCount;
        using var cells = new SurfaceCells(volume.Distance, volume.Size, threads);
        using var vertices = new NetVertices(cells, volume.Distance, volume.Size);
        var doubles = new DoubleEdges(cells, vertices);
        var count = vertices.Count + doubles.Count;
        var rough = ArrayPool<bool>.Shared.Rent(count);
        rough.AsSpan(0, count).Clear();
        var net = new NetTriangles(cells, vertices, doubles, rough);
        var mesh = make(count, net.IndexCount);
        var frame = new SampleFrame(volume);
        var isOnePiece = true;
        new NetSweep(cells, vertices, net, mesh, threads).Run(
            RelaxStep,
            (first, last) => frame.ToPhoto(vertices, first, last, mesh),
            () => isOnePiece = !options.LargestPieceOnly || NetPieces.IsOne(cells, vertices));
        for (var k = 0; k < doubles.Count; k++)
        {
            mesh.Positions[vertices.Count + k] = frame.ToPhoto(doubles.Positions[k]);
            mesh.Normals[vertices.Count + k] = Vector3.Zero; // they have none, so they get those of their triangles
        }

        if (rough.AsSpan(0, count).Contains(true)) MeshSmoother.CalmRough(mesh, rough);
        ArrayPool<bool>.Shared.Return(rough);

        if (!isOnePiece) MeshPieces.KeepLargest(mesh);
        if (options.SmoothIterations > 0) MeshSmoother.SmoothInPlace(mesh, options.SmoothIterations);
        return mesh;
    }

    // Samples to the photo frame. Sample i lies at voxel coordinate i + 0.5; the map is affine, and its axes are worked out once.
    private readonly struct SampleFrame
    {
        private readonly Vector3 _origin, _x, _y, _z, _right, _down, _near;

        public SampleFrame(HeadVolume volume)
        {
            int size = volume.Size;
            _origin = volume.VoxelToPhoto(new Vector3(0.5f));
            _x = (volume.VoxelToPhoto(new Vector3(size + 0.5f, 0.5f, 0.5f)) - _origin) / size;
            _y = (volume.VoxelToPhoto(new Vector3(0.5f, size + 0.5f, 0.5f)) - _origin) / size;
            _z = (volume.VoxelToPhoto(new Vector3(0.5f, 0.5f, size + 0.5f)) - _origin) / size;
            (_right, _down, _near) = (volume.Crop.DirectionToPhoto(Vector3.UnitX), volume.Crop.DirectionToPhoto(Vector3.UnitY), volume.Crop.DirectionToPhoto(Vector3.UnitZ));
        }

        public Vector3 ToPhoto(Vector3 p) => _origin + p.X * _x + p.Y * _y + p.Z * _z;

        public void ToPhoto(NetVertices vertices, int first, int last, Mesh mesh)
        {
            Span<Vector3> positions = mesh.Positions, normals = mesh.Normals;
            var points = vertices.Points;
            var directions = vertices.Normals;
            for (var vertex = first; vertex < last; vertex++)
            {
                var n = directions[vertex].AsVector3();
                positions[vertex] = ToPhoto(points[vertex].AsVector3());
                normals[vertex] = n.X * _right + n.Y * _down + n.Z * _near;
            }
        }
    }
}
