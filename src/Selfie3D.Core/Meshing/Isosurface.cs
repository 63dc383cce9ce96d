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
    private const int SlicesPerItem = 4;

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
        using var cells = new SurfaceCells(volume.Distance, volume.Size);
        using var vertices = new NetVertices(cells);
        var placer = new NetPlacer(cells, vertices, volume.Distance, volume.Size);
        var fitter = new NetFitter(cells, vertices, volume.Distance, volume.Size, RelaxStep);
        var frame = new SampleFrame(volume);
        DoubleEdges doubles = null!;
        NetSweep sweep = null!;
        Mesh mesh = null!;
        bool[] rough = [];
        var isOnePiece = true;
        WorkItems.Run(threads,
            Slices(() => cells.SampleSlices, cells.Pack),
            Slices(() => cells.Slices, cells.CountSlice),
            WorkItems.Phase.Single(() =>
            {
                cells.Number();
                vertices.MakeRoom();
            }),
            Slices(() => cells.Slices, z =>
            {
                cells.Locate(z);
                placer.Place(z);
            }),
            WorkItems.Phase.Single(() =>
            {
                var knots = placer.FindKnots();
                vertices.Number(knots);
                placer.PlaceLoops(knots);
                doubles = new DoubleEdges(cells, vertices, knots);
                var count = vertices.Count + doubles.Count;
                rough = ArrayPool<bool>.Shared.Rent(count);
                rough.AsSpan(0, count).Clear();
                var triangles = new NetTriangles(cells, vertices, doubles, placer.OwnCutsOfSlice, rough);
                mesh = make(count, triangles.IndexCount);
                sweep = new NetSweep(cells, fitter, triangles, frame, mesh, threads);
            }),
            new WorkItems.Phase(() => 1 + sweep.Blocks, item =>
            {
                if (item == 0) isOnePiece = !options.LargestPieceOnly || NetPieces.IsOne(cells, vertices);
                else sweep.Run(item - 1);
            }));

        // The few that are not the first of their cells.
        for (var vertex = cells.Count; vertex < vertices.Count; vertex++)
            (mesh.Positions[vertex], mesh.Normals[vertex]) = (frame.ToPhoto(vertices.Points[vertex]), frame.DirectionToPhoto(vertices.Normals[vertex]));
        for (var k = 0; k < doubles.Count; k++)
        {
            mesh.Positions[vertices.Count + k] = frame.ToPhoto(doubles.Positions[k].AsVector128());
            mesh.Normals[vertices.Count + k] = Vector3.Zero; // they have none, so they get those of their triangles
        }

        if (rough.AsSpan(0, mesh.VertexCount).Contains(true)) MeshSmoother.CalmRough(mesh, rough);
        ArrayPool<bool>.Shared.Return(rough);

        if (!isOnePiece) MeshPieces.KeepLargest(mesh);
        if (options.SmoothIterations > 0) MeshSmoother.SmoothInPlace(mesh, options.SmoothIterations);
        return mesh;
    }

    private static WorkItems.Phase Slices(Func<int> count, Action<int> body) => new(() => (count() + SlicesPerItem - 1) / SlicesPerItem, item =>
    {
        for (var z = item * SlicesPerItem; z < Math.Min(count(), (item + 1) * SlicesPerItem); z++) body(z);
    });
}
