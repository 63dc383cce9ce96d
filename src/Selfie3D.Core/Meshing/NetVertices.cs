using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// One vertex for every loop of the surface around a cell, inside that cell. Coordinates are in samples: the sample
/// (x, y, z) of the volume lies at exactly (x, y, z).
/// </summary>
internal sealed class NetVertices
{
    /// <summary>Vertices keep this far from the walls of their cell, in cells; so no two of different cells meet.</summary>
    private const float WallMargin = 0.02f;
    private const int NewtonSteps = 2;
    private const float LeastAgreement = 0.7f; // cosine
    private const int CellsPerChunk = 4096;

    private readonly SurfaceCells _cells;
    private readonly ReadOnlyMemory<float> _distance;
    private readonly int _size;
    private readonly ParallelOptions _parallel;

    public NetVertices(SurfaceCells cells, ReadOnlyMemory<float> distance, int size, ParallelOptions parallel)
    {
        _cells = cells;
        _distance = distance;
        _size = size;
        _parallel = parallel;
        First = new int[cells.Count + 1];
        var loops = CubeLoops.Count;
        for (var cell = 0; cell < cells.Count; cell++) First[cell + 1] = First[cell] + loops[cells.Cases[cell]];
        Positions = new Vector3[First[^1]];
    }

    /// <summary>[cell] the first of the cell's vertices; one more entry closes the list.</summary>
    public int[] First { get; }

    /// <summary>[vertex] in samples.</summary>
    public Vector3[] Positions { get; private set; }

    /// <summary>Puts every vertex at the mean of its loop's crossings, then onto the surface.</summary>
    public void Place() => ForChunks((first, last) =>
    {
        var sampler = new DistanceSampler(_distance.Span, _size);
        Span<float> corners = stackalloc float[8];
        Span<Vector3> sums = stackalloc Vector3[4];
        Span<int> counts = stackalloc int[4];
        for (var cell = first; cell < last; cell++)
        {
            var (x, y, z) = Unpack(_cells.Keys[cell]);
            sampler.Corners(x, y, z, corners);
            var loops = CubeLoops.LoopOfEdge.AsSpan(_cells.Cases[cell] * CubeLoops.Edges, CubeLoops.Edges);
            sums.Clear();
            counts.Clear();
            for (var edge = 0; edge < CubeLoops.Edges; edge++)
            {
                var loop = loops[edge];
                if (loop == CubeLoops.NoLoop) continue;
                sums[loop] += Crossing(edge, corners);
                counts[loop]++;
            }
            var corner = new Vector3(x - 1, y - 1, z - 1);
            var vertex = First[cell];
            var single = First[cell + 1] - vertex == 1;
            for (var loop = 0; vertex + loop < First[cell + 1]; loop++)
            {
                var at = sums[loop] / counts[loop];
                Positions[vertex + loop] = corner + (single ? ToSurface(corners, at) : Inside(at));
            }
        }
    });

    /// <summary>
    /// Evens out the triangles: every vertex moves towards the middle of its neighbours and back onto the surface,
    /// never out of its cell.
    /// </summary>
    public void Relax(ReadOnlySpan<int> triangles, int iterations, float step)
    {
        if (iterations == 0) return;
        var sums = new Vector3[Positions.Length];
        var counts = new int[Positions.Length];
        for (var iteration = 0; iteration < iterations; iteration++)
        {
            Array.Clear(sums);
            Array.Clear(counts);
            for (var t = 0; t < triangles.Length; t += 3)
            {
                int a = triangles[t], b = triangles[t + 1], c = triangles[t + 2];
                // Every edge belongs to two triangles, once in each direction: add one way only.
                sums[a] += Positions[b];
                sums[b] += Positions[c];
                sums[c] += Positions[a];
                counts[a]++;
                counts[b]++;
                counts[c]++;
            }
            ForChunks((first, last) =>
            {
                var sampler = new DistanceSampler(_distance.Span, _size);
                Span<float> corners = stackalloc float[8];
                for (var cell = first; cell < last; cell++)
                {
                    var vertex = First[cell];
                    if (First[cell + 1] - vertex != 1 || counts[vertex] == 0) continue;
                    var (x, y, z) = Unpack(_cells.Keys[cell]);
                    var corner = new Vector3(x - 1, y - 1, z - 1);
                    sampler.Corners(x, y, z, corners);
                    var middle = sums[vertex] / counts[vertex];
                    var moved = Positions[vertex] + step * (middle - Positions[vertex]);
                    Positions[vertex] = corner + ToSurface(corners, Inside(moved - corner));
                }
            });
        }
    }

    /// <summary>
    /// Outward unit normals from the gradient of the distance; from the triangles where the two disagree, as they do at
    /// sharp edges and where the distance is noise.
    /// </summary>
    /// <param name="triangles">3 T vertex indices.</param>
    /// <param name="disagree">[vertex] set where the two disagree.</param>
    public Vector3[] Normals(int[] triangles, bool[] disagree)
    {
        // Index order runs against the axes here (see Mesh), so the sums point inward.
        var normals = MeshSmoother.TriangleSums(Positions, triangles);
        ForChunks((first, last) =>
        {
            var sampler = new DistanceSampler(_distance.Span, _size);
            for (var cell = first; cell < last; cell++)
            {
                var (x, y, z) = Unpack(_cells.Keys[cell]);
                for (var vertex = First[cell]; vertex < First[cell + 1]; vertex++)
                {
                    var gradient = sampler.SmoothGradient(x, y, z, Positions[vertex] - new Vector3(x - 1, y - 1, z - 1));
                    var byTriangles = Unit(-normals[vertex]);
                    var byGradient = Unit(gradient);
                    disagree[vertex] = !(Vector3.Dot(byTriangles, byGradient) > LeastAgreement);
                    normals[vertex] = disagree[vertex] ? byTriangles : byGradient;
                }
            }
        });
        // Split vertices belong to no cell.
        for (var vertex = First[^1]; vertex < normals.Length; vertex++)
        {
            normals[vertex] = Unit(-normals[vertex]);
            disagree[vertex] = true;
        }
        return normals;
    }

    /// <summary>Adds vertices that belong to no cell, behind all others.</summary>
    public void Append(ReadOnlySpan<Vector3> extra)
    {
        if (extra.IsEmpty) return;
        var all = new Vector3[Positions.Length + extra.Length];
        Positions.CopyTo(all, 0);
        extra.CopyTo(all.AsSpan(Positions.Length));
        Positions = all;
    }

    public static (int X, int Y, int Z) Unpack(int key) => (key & 1023, key >> 10 & 1023, key >> 20);

    /// <summary>Where an edge of the cell meets the surface, as fractions of the cell.</summary>
    public static Vector3 Crossing(int edge, ReadOnlySpan<float> corners)
    {
        var axis = edge >> 2;
        var first = CubeLoops.FirstCorner(edge);
        float start = corners[first], end = corners[first | 1 << axis];
        var at = new Vector3(first & 1, first >> 1 & 1, first >> 2);
        at[axis] = start / (start - end);
        return at;
    }

    private static Vector3 ToSurface(ReadOnlySpan<float> corners, Vector3 at)
    {
        for (var step = 0; step < NewtonSteps; step++)
        {
            var (value, gradient) = DistanceSampler.Trilinear(corners, at);
            var slope = gradient.LengthSquared();
            if (slope < 1e-8f) break;
            at = Inside(at - gradient * (value / slope));
        }
        return Inside(at);
    }

    private static Vector3 Unit(Vector3 vector)
    {
        var length = vector.Length();
        return length > 1e-12f ? vector / length : Vector3.UnitZ;
    }

    private static Vector3 Inside(Vector3 at) =>
        Vector3.Clamp(at, new Vector3(WallMargin), new Vector3(1 - WallMargin));

    private void ForChunks(Action<int, int> body)
    {
        var chunks = (_cells.Count + CellsPerChunk - 1) / CellsPerChunk;
        Parallel.For(0, chunks, _parallel,
            chunk => body(chunk * CellsPerChunk, Math.Min(_cells.Count, (chunk + 1) * CellsPerChunk)));
    }
}
