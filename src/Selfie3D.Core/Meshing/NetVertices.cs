using System.Buffers;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// One vertex for every loop of the surface around a cell, inside that cell: the first loop's has the index of its cell, those of
/// further loops come after all cells'. Coordinates are in samples: the sample (x, y, z) of the volume lies at exactly (x, y, z).
/// All arrays are rented.
/// </summary>
internal sealed class NetVertices(SurfaceCells cells) : IDisposable
{
    private int[] _further = []; // [cell] the vertex of the second loop; only of cells with several

    /// <summary>The number of vertices; after <see cref="Number"/>.</summary>
    public int Count { get; private set; }

    /// <summary>[cell] x, y, z, 1: at the mean of the loop's crossings.</summary>
    public Vector128<float>[] Placed { get; private set; } = [];

    /// <summary>[vertex] x, y, z, 1: where it is in the end.</summary>
    public Vector128<float>[] Points { get; private set; } = [];

    /// <summary>[vertex] outward unit normals x, y, z, 0, from the gradient of the distance.</summary>
    public Vector128<float>[] Normals { get; private set; } = [];

    /// <summary>Makes room for the first vertex of every cell, before they are placed.</summary>
    public void MakeRoom() => Placed = ArrayPool<Vector128<float>>.Shared.Rent(cells.Count);

    /// <summary>Gives the vertices of further loops their indices, and makes room for all.</summary>
    /// <param name="knots">The cells that have several loops, and others.</param>
    public void Number(ReadOnlySpan<int> knots)
    {
        Count = cells.Count;
        if (knots.Length > 0) _further = ArrayPool<int>.Shared.Rent(cells.Count);
        foreach (var cell in knots)
        {
            _further[cell] = Count;
            Count += CubeLoops.Count[cells.Cases[cell]] - 1;
        }
        Points = ArrayPool<Vector128<float>>.Shared.Rent(Count);
        Normals = ArrayPool<Vector128<float>>.Shared.Rent(Count);
    }

    /// <summary>The vertex of one of a cell's loops.</summary>
    public int Of(int cell, int loop) => loop == 0 ? cell : _further[cell] + loop - 1;

    /// <summary>The vertex of a cell's loop over one of its cut edges.</summary>
    public int At(int cell, int edge) => Of(cell, CubeLoops.LoopOfEdge[cells.Cases[cell] * CubeLoops.Edges + edge]);

    /// <summary>The vertex on the other side of an open face.</summary>
    /// <param name="edge">A cut edge of the face, of the cell on this side.</param>
    /// <param name="face">The face, see <see cref="CubeLoops"/>.</param>
    /// <param name="neighbour">The cell behind it.</param>
    public int Across(int edge, int face, int neighbour) => At(neighbour, CubeLoops.Across(face, edge));

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_further);
        ArrayPool<Vector128<float>>.Shared.Return(Placed);
        ArrayPool<Vector128<float>>.Shared.Return(Points);
        ArrayPool<Vector128<float>>.Shared.Return(Normals);
    }
}
