using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// Places, evens out and projects the vertices of a net and joins them, slice after slice of cells, so that what a step reads is
/// still where the step before left it, close to the processor.
/// </summary>
/// <remarks>
/// The slices are cut into blocks, a thread takes one at a time. A block places the vertices of the slices beside it once more for
/// itself, and the triangles between two blocks are made by whichever of them is done later: nothing waits, and nothing depends on
/// how the slices are cut.
/// </remarks>
internal sealed class NetSweep(SurfaceCells cells, NetVertices vertices, NetTriangles triangles, Mesh mesh, int threads)
{
    private const int BlocksPerThread = 5;
    private const int LeastCellsPerBlock = 512;

    /// <summary>Does it all.</summary>
    /// <param name="relaxStep">How far a vertex goes towards each of its neighbours.</param>
    /// <param name="placed">Told of vertices (the first, and the one after the last) when they are done, on any thread.</param>
    /// <param name="beside">Other work that is done at the same time.</param>
    public void Run(float relaxStep, Action<int, int> placed, Action beside)
    {
        var starts = Blocks();
        int blocks = starts.Count - 1;
        int window = 0;
        for (int z = 0; z < cells.Slices; z++)
            window = Math.Max(window, vertices.FirstOfSlice(z + 1) - vertices.FirstOfSlice(z));
        // [block] how many of it and the block before it are done.
        var done = new int[blocks + 1];
        WorkItems.Run(blocks + 1, threads, item =>
        {
            if (item == 0)
            {
                beside();
                return;
            }

            int block = item - 1;
            var buffer = ArrayPool<Vector128<float>>.Shared.Rent(3 * window);
            RunBlock(starts[block], starts[block + 1], new PlacedSlices(buffer, window, vertices), relaxStep, placed);
            ArrayPool<Vector128<float>>.Shared.Return(buffer);
            if (block == 0 || Interlocked.Increment(ref done[block]) == 2)
                triangles.Emit(starts[block], mesh.Triangles);
            if (Interlocked.Increment(ref done[block + 1]) == 2)
                triangles.Emit(starts[block + 1], mesh.Triangles);
        });
    }

    private void RunBlock(int first, int last, PlacedSlices placed, float relaxStep, Action<int, int> finished)
    {
        vertices.Place(first - 1, placed);
        vertices.Place(first, placed);
        for (int z = first; z < last; z++)
        {
            vertices.Place(z + 1, placed);
            vertices.Relax(z, placed, relaxStep);
            vertices.Project(z);
            finished(vertices.FirstOfSlice(z), vertices.FirstOfSlice(z + 1));
            if (z > first)
                triangles.Emit(z, mesh.Triangles);
        }
    }

    // The first slice of each block, and the one after the last.
    private List<int> Blocks()
    {
        int target = Math.Max(LeastCellsPerBlock, cells.Count / (BlocksPerThread * threads) + 1);
        List<int> starts = [0];
        for (int z = 1; z < cells.Slices; z++)
            if (cells.SliceStart(z) - cells.SliceStart(starts[^1]) >= target)
                starts.Add(z);
        starts.Add(cells.Slices);
        return starts;
    }
}

/// <summary>The vertices of three slices of cells that follow each other, where <see cref="NetVertices.Place"/> puts them first.</summary>
/// <param name="Points">Room for them.</param>
/// <param name="Capacity">For so many in each slice.</param>
/// <param name="Vertices">Whose they are.</param>
internal readonly record struct PlacedSlices(Vector128<float>[] Points, int Capacity, NetVertices Vertices)
{
    /// <summary>What has to be added to the index of a vertex of a slice, from -1 on, to find it in <see cref="Points"/>.</summary>
    public int Offset(int z) => (z + 3) % 3 * Capacity - Vertices.FirstOfSlice(z);
}
