using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// One vertex for every loop of the surface around a cell, inside that cell. Coordinates are in samples: the sample
/// (x, y, z) of the volume lies at exactly (x, y, z). All arrays are rented.
/// </summary>
internal sealed class NetVertices : IDisposable
{
    /// <summary>Vertices keep this far from the walls of their cell, in cells; so no two of different cells meet.</summary>
    private const float WallMargin = 0.003f;
    private const float LeastSquare = 1e-24f;

    private static Vector128<float> Low => Vector128.Create(WallMargin, WallMargin, WallMargin, 0);
    private static Vector128<float> High => Vector128.Create(1 - WallMargin, 1 - WallMargin, 1 - WallMargin, 1);

    private readonly SurfaceCells _cells;
    private readonly ReadOnlyMemory<float> _distance;
    private readonly int _size;

    public NetVertices(SurfaceCells cells, ReadOnlyMemory<float> distance, int size)
    {
        _cells = cells;
        _distance = distance;
        _size = size;
        First = ArrayPool<int>.Shared.Rent(cells.Count + 1);
        var loops = CubeLoops.Count;
        var count = 0;
        for (var cell = 0; cell < cells.Count; cell++)
        {
            First[cell] = count;
            count += loops[cells.Cases[cell]];
        }
        First[cells.Count] = count;
        Points = ArrayPool<Vector128<float>>.Shared.Rent(count);
        Normals = ArrayPool<Vector128<float>>.Shared.Rent(count);
    }

    /// <summary>[cell] the first of the cell's vertices; one more entry closes the list.</summary>
    public int[] First { get; }

    /// <summary>The number of vertices.</summary>
    public int Count => First[_cells.Count];

    /// <summary>[vertex] x, y, z, 1, in samples; after <see cref="Relax"/> and <see cref="Project"/>.</summary>
    public Vector128<float>[] Points { get; }

    /// <summary>[vertex] outward unit normals x, y, z, 0, from the gradient of the distance; after <see cref="Project"/>.</summary>
    public Vector128<float>[] Normals { get; }

    /// <summary>The first vertex of a slice of cells; those before the first slice and after the last have none.</summary>
    public int FirstOfSlice(int z) => First[_cells.SliceStart(Math.Clamp(z, 0, _cells.Slices))];

    /// <summary>Puts every vertex of a slice at the mean of its loop's crossings.</summary>
    public void Place(int z, PlacedSlices placed)
    {
        if (z < 0 || z >= _cells.Slices) return;
        var sampler = new DistanceSampler(_distance.Span, _size);
        var points = placed.Points.AsSpan(z % 3 * placed.Capacity, placed.Capacity);
        int at = 0, last = _cells.SliceStart(z + 1);
        for (var cell = _cells.SliceStart(z); cell < last; cell++)
        {
            var (x, y, _) = SurfaceCells.Unpack(_cells.Keys[cell]);
            var corner = Vector128.Create(x - 1f, y - 1, z - 1, 0);
            var corners = sampler.IsInside(x, y, z, 0)
                ? CellField.Corners(ref sampler.Lowest(x, y, z), _size, _size * _size)
                : CarefulCorners(sampler, x, y, z);
            int vertex = First[cell], inside = _cells.Cases[cell];
            if (First[cell + 1] - vertex == 1)
            {
                var mean = CellCrossings.Mean(corners, inside);
                if (!float.IsFinite(Vector128.Sum(mean)))
                    mean = CellCrossings.Mean(CarefulCorners(sampler, x, y, z), inside);
                points[at++] = corner + Inside(mean);
                continue;
            }
            corners = CarefulCorners(sampler, x, y, z);
            for (var loop = 0; vertex + loop < First[cell + 1]; loop++)
                points[at++] = corner + Inside(CellCrossings.MeanOfLoop(corners, inside, loop));
        }
    }

    /// <summary>Evens the vertices of a slice out: every one moves towards the middle of its neighbours, never out of its cell.</summary>
    /// <param name="z">The slice; it, the one before it and the one after it have been placed.</param>
    /// <param name="placed">Where.</param>
    /// <param name="step">The share of the way to each neighbour.</param>
    public void Relax(int z, PlacedSlices placed, float step)
    {
        // Through a face that is not open a vertex is its own neighbour, so that nothing has to be asked.
        int stepY = _cells.StepY, stepZ = _cells.StepZ, last = _cells.SliceStart(z + 1);
        int here = placed.Offset(z), below = placed.Offset(z - 1), above = placed.Offset(z + 1);
        var points = placed.Points;
        for (var cell = _cells.SliceStart(z); cell < last; cell++)
        {
            int vertex = First[cell], end = First[cell + 1];
            if (end - vertex != 1)
            {
                for (; vertex < end; vertex++) Points[vertex] = points[vertex + here];
                continue;
            }
            int inside = _cells.Cases[cell];
            int open = CubeLoops.OpenFaces[inside];
            var (x, y, _) = SurfaceCells.Unpack(_cells.Keys[cell]);
            var word = _cells.WordOf(x, y, z);
            var point = points[vertex + here];
            var sum = Behind(0, cell - 1, here) + Behind(1, cell + 1, here)
                + Behind(2, _cells.IndexOf(Math.Max(word - stepY, 0), x), here) + Behind(3, _cells.IndexOf(word + stepY, x), here)
                + Behind(4, _cells.IndexOf(Math.Max(word - stepZ, 0), x), below) + Behind(5, _cells.IndexOf(word + stepZ, x), above);
            var corner = Vector128.Create(x - 1f, y - 1, z - 1, 0);
            Points[vertex] = corner + Inside(point + step * (sum - 6 * point) - corner);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            Vector128<float> Behind(int face, int neighbour, int offset)
            {
                var isOpen = (open >> face & 1) != 0;
                if (!_cells.HasSeveralLoops) return points[isOpen ? neighbour + offset : cell + here];
                return isOpen ? points[Across(CubeLoops.EdgeOnFace[inside * 6 + face], face, neighbour) + offset] : point;
            }
        }
    }

    /// <summary>Puts the vertices of a slice's cells with one loop onto the surface, and gives all their outward unit normals.</summary>
    public void Project(int z)
    {
        var sampler = new DistanceSampler(_distance.Span, _size);
        Span<float> block = stackalloc float[CellField.BlockSize * CellField.BlockSize * CellField.BlockSize];
        var last = _cells.SliceStart(z + 1);
        for (var cell = _cells.SliceStart(z); cell < last; cell++)
        {
            var (x, y, _) = SurfaceCells.Unpack(_cells.Keys[cell]);
            var corner = Vector128.Create(x - 1f, y - 1, z - 1, 0);
            var vertex = First[cell];
            if (First[cell + 1] - vertex == 1 && sampler.IsInside(x, y, z, 1))
            {
                var field = new CellField(ref sampler.Lowest(x, y, z), _size, _size * _size);
                var (at, gradient) = field.ToSurface(Points[vertex] - corner, Low, High);
                var square = Vector128.Dot(gradient, gradient);
                if (square > LeastSquare && float.IsFinite(square))
                {
                    if (square < SharpPlace.LargestSquare && SharpPlace.TryFind(ref sampler.Lowest(x, y, z), _size, _size * _size, at.AsVector3(), out var sharp))
                        at = Inside(sharp.AsVector128());
                    Points[vertex] = at + corner;
                    Normals[vertex] = gradient / MathF.Sqrt(square);
                    continue;
                }
            }
            sampler.Block(x, y, z, block);
            var careful = new CellField(ref block[21], 4, 16);
            var single = First[cell + 1] - vertex == 1;
            for (; vertex < First[cell + 1]; vertex++)
            {
                var at = Points[vertex] - corner;
                var (moved, gradient) = single ? careful.ToSurface(at, Low, High) : (at, careful.Gradient(at));
                Points[vertex] = moved + corner;
                Normals[vertex] = Unit(gradient);
            }
        }
    }

    /// <summary>The vertex on the other side of an open face.</summary>
    /// <param name="edge">A cut edge of the face, of the cell on this side.</param>
    /// <param name="face">The face, see <see cref="CubeLoops"/>.</param>
    /// <param name="neighbour">The cell behind it.</param>
    public int Across(int edge, int face, int neighbour)
    {
        var first = First[neighbour];
        return First[neighbour + 1] - first == 1 ? first : At(neighbour, CubeLoops.Across(face, edge));
    }

    /// <summary>The vertex of a cell's loop over one of its cut edges.</summary>
    public int At(int cell, int edge) => First[cell] + CubeLoops.LoopOfEdge[_cells.Cases[cell] * CubeLoops.Edges + edge];

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(First);
        ArrayPool<Vector128<float>>.Shared.Return(Points);
        ArrayPool<Vector128<float>>.Shared.Return(Normals);
    }

    // The samples at the corners, made finite, also beyond the volume.
    private static Vector256<float> CarefulCorners(DistanceSampler sampler, int x, int y, int z)
    {
        var corners = Vector256<float>.Zero;
        for (var k = 0; k < 8; k++)
            corners = corners.WithElement(k, sampler.At(x - 1 + (k & 1), y - 1 + (k >> 1 & 1), z - 1 + (k >> 2)));
        return corners;
    }

    private static Vector128<float> Unit(Vector128<float> vector)
    {
        var square = Vector128.Dot(vector, vector);
        return square > LeastSquare ? vector / MathF.Sqrt(square) : Vector128.Create(0f, 0, 1, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Inside(Vector128<float> at) => Vector128.Min(Vector128.Max(at, Low), High);
}
