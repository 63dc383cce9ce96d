namespace Selfie3D.Meshing;

/// <summary>
/// Fits the vertices of a net and joins them, slice after slice of cells, so that what a step reads is still where the step before
/// left it, close to the processor.
/// </summary>
/// <remarks>
/// The slices are cut into blocks, a thread takes one at a time. The triangles between two blocks are made by whichever of them is done
/// later: nothing waits, and nothing depends on how the slices are cut.
/// </remarks>
internal sealed class NetSweep
{
    private const int BlocksPerThread = 12;
    private const int LeastCellsPerBlock = 256;

    private readonly NetFitter _fitter;
    private readonly NetTriangles _triangles;
    private readonly SampleFrame _frame;
    private readonly Mesh _mesh;
    private readonly List<int> _starts = [0]; // [block] its first slice; the end of the last one closes the list
    private readonly int[] _done;             // [block] how many of it and the block before it are done

    /// <summary>Cuts the slices into blocks.</summary>
    public NetSweep(SurfaceCells cells, NetFitter fitter, NetTriangles triangles, SampleFrame frame, Mesh mesh, int threads)
    {
        (_fitter, _triangles, _frame, _mesh) = (fitter, triangles, frame, mesh);
        int target = Math.Max(LeastCellsPerBlock, cells.Count / (BlocksPerThread * threads) + 1);
        for (int z = 1; z < cells.Slices; z++)
            if (cells.SliceStart(z) - cells.SliceStart(_starts[^1]) >= target)
                _starts.Add(z);
        _starts.Add(cells.Slices);
        _done = new int[_starts.Count];
    }

    /// <summary>How many blocks there are.</summary>
    public int Blocks => _starts.Count - 1;

    /// <summary>Does one.</summary>
    public void Run(int block)
    {
        int first = _starts[block], last = _starts[block + 1];
        for (int z = first; z < last; z++)
        {
            _fitter.Fit(z, _frame, _mesh.Positions, _mesh.Normals);
            if (z > first)
                _triangles.Emit(z, _mesh.Triangles);
        }

        if (block == 0 || Interlocked.Increment(ref _done[block]) == 2)
            _triangles.Emit(first, _mesh.Triangles);
        if (Interlocked.Increment(ref _done[block + 1]) == 2)
            _triangles.Emit(last, _mesh.Triangles);
    }
}
