using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// Evens the vertices of a net out, puts them onto the surface, gives them normals, and takes both to the photo frame.
/// </summary>
/// <param name="cells">The cells.</param>
/// <param name="vertices">Placed; they get their points and normals.</param>
/// <param name="distance">[z, y, x], x fastest.</param>
/// <param name="size">Samples along each axis.</param>
/// <param name="relaxStep">How far a vertex goes towards each of its neighbours.</param>
internal sealed class NetFitter(SurfaceCells cells, NetVertices vertices, ReadOnlyMemory<float> distance, int size, float relaxStep)
{
    private const float LeastSquare = 1e-24f;

    /// <summary>Fits the vertices of a slice.</summary>
    /// <param name="z">The slice; it, the one before it and the one after it have been placed.</param>
    /// <param name="frame">To the photo frame.</param>
    /// <param name="positions">[vertex] where to put them, photo frame.</param>
    /// <param name="normals">[vertex] the same.</param>
    public void Fit(int z, in SampleFrame frame, Span<Vector3> positions, Span<Vector3> normals)
    {
        // One after the other: what is short is done for several vertices at once by the processor.
        Relax(z);
        Project(z);
        int first = cells.SliceStart(z), last = cells.SliceStart(z + 1);
        var points = vertices.Points.AsSpan(first, last - first);
        var directions = vertices.Normals.AsSpan(first, points.Length);
        var atPositions = positions.Slice(first, points.Length);
        var atNormals = normals.Slice(first, points.Length);
        for (var k = 0; k < points.Length; k++)
            (atPositions[k], atNormals[k]) = (frame.ToPhoto(points[k]), frame.DirectionToPhoto(directions[k]));
    }

    private void Relax(int z)
    {
        Vector128<float>[] placed = vertices.Placed, points = vertices.Points;
        int stepY = cells.StepY, stepZ = cells.StepZ, last = cells.SliceStart(z + 1);
        for (var cell = cells.SliceStart(z); cell < last; cell++)
        {
            var key = cells.Keys[cell];
            var (x, y) = SurfaceCells.Unpack(key);
            if ((key & SurfaceCells.BesideKnot) != 0)
            {
                points[cell] = CubeLoops.Count[cells.Cases[cell]] == 1 ? RelaxedBesideKnot(cell, x, y, z) : placed[cell];
                continue;
            }
            // Through a face that is not open a vertex is its own neighbour, so that nothing has to be asked.
            int open = CubeLoops.OpenFaces[cells.Cases[cell]], word = cells.WordOf(x, y, z);
            var sum = placed[(open & 1) != 0 ? cell - 1 : cell] + placed[(open & 2) != 0 ? cell + 1 : cell]
                + placed[(open & 4) != 0 ? cells.IndexOf(word - stepY, x) : cell] + placed[(open & 8) != 0 ? cells.IndexOf(word + stepY, x) : cell]
                + placed[(open & 16) != 0 ? cells.IndexOf(word - stepZ, x) : cell] + placed[(open & 32) != 0 ? cells.IndexOf(word + stepZ, x) : cell];
            points[cell] = Relaxed(placed[cell], sum, CellBox.Corner(x, y, z));
        }
    }

    // In a cell with several loops vertices stay where they are.
    private void Project(int z)
    {
        var sampler = new DistanceSampler(distance.Span, size);
        Vector128<float>[] points = vertices.Points, normals = vertices.Normals;
        var last = cells.SliceStart(z + 1);
        for (var cell = cells.SliceStart(z); cell < last; cell++)
        {
            var key = cells.Keys[cell];
            var (x, y) = SurfaceCells.Unpack(key);
            var corner = CellBox.Corner(x, y, z);
            var isPlain = (key & SurfaceCells.BesideBorder) == 0
                && ((key & SurfaceCells.BesideKnot) == 0 || CubeLoops.Count[cells.Cases[cell]] == 1);
            if (isPlain && TryProject(ref sampler.Lowest(x, y, z), points[cell] - corner, out var at, out normals[cell]))
                points[cell] = at + corner;
            else
                ProjectCarefully(cell, x, y, z, points[cell]);
        }
    }

    private Vector128<float> RelaxedBesideKnot(int cell, int x, int y, int z)
    {
        int inside = cells.Cases[cell], word = cells.WordOf(x, y, z);
        var point = vertices.Placed[cell];
        var corner = CellBox.Corner(x, y, z);
        ReadOnlySpan<int> steps = [0, 0, -cells.StepY, cells.StepY, -cells.StepZ, cells.StepZ];
        var sum = Vector128<float>.Zero;
        for (var face = 0; face < 6; face++)
        {
            var isOpen = (CubeLoops.OpenFaces[inside] >> face & 1) != 0;
            if (!isOpen)
            {
                sum += point;
                continue;
            }
            var neighbour = face < 2 ? cell - 1 + 2 * face : cells.IndexOf(word + steps[face], x);
            var vertex = vertices.Across(CubeLoops.EdgeOnFace[inside * 6 + face], face, neighbour);
            sum += vertex < cells.Count ? vertices.Placed[vertex] : vertices.Points[vertex];
        }
        return Relaxed(point, sum, corner);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<float> Relaxed(Vector128<float> point, Vector128<float> sum, Vector128<float> corner) =>
        corner + CellBox.Inside(point + relaxStep * (sum - 6 * point) - corner);

    // Onto the surface where the samples around the cell are in the volume, finite and say where that is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryProject(ref float lowest, Vector128<float> from, out Vector128<float> at, out Vector128<float> normal)
    {
        (at, var gradient) = CellField.ToSurface(ref lowest, size, size * size, from);
        var square = Vector128.Dot(gradient, gradient);
        normal = gradient / MathF.Sqrt(square);
        if (!(square > LeastSquare && float.IsFinite(square)))
            return false;
        if (square < SharpPlace.LargestSquare && SharpPlace.TryFind(ref lowest, size, size * size, at.AsVector3(), out var sharp))
            at = CellBox.Inside(sharp.AsVector128());
        return true;
    }

    // Of samples made finite, also beyond the volume. Vertices of cells with several loops stay.
    private void ProjectCarefully(int cell, int x, int y, int z, Vector128<float> point)
    {
        Span<float> block = stackalloc float[CellField.BlockSize * CellField.BlockSize * CellField.BlockSize];
        new DistanceSampler(distance.Span, size).Block(x, y, z, block);
        var corner = CellBox.Corner(x, y, z);
        int loops = CubeLoops.Count[cells.Cases[cell]];
        for (var loop = 0; loop < loops; loop++)
        {
            var vertex = vertices.Of(cell, loop);
            var at = (loop == 0 ? point : vertices.Points[vertex]) - corner;
            var (moved, gradient) = loops == 1
                ? CellField.ToSurface(ref block[21], 4, 16, at)
                : (at, new CellField(ref block[21], 4, 16).Gradient(at));
            if (loop == 0) vertices.Points[vertex] = moved + corner; // the others are read by their neighbours meanwhile
            var square = Vector128.Dot(gradient, gradient);
            vertices.Normals[vertex] = square > LeastSquare ? gradient / MathF.Sqrt(square) : Vector128.Create(0f, 0, 1, 0);
        }
    }
}
