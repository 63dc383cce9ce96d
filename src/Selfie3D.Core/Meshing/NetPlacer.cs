using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>Puts every vertex of a net at the mean of its loop's crossings, and finds out which case its cell is.</summary>
internal sealed class NetPlacer(SurfaceCells cells, NetVertices vertices, ReadOnlyMemory<float> distance, int size)
{
    private readonly SliceCounts[] _counts = new SliceCounts[cells.Slices];

    /// <summary>How many edges from corner 0 of a slice's cells are cut.</summary>
    public int OwnCutsOfSlice(int z) => _counts[z].OwnCuts;

    /// <summary>Places the first vertex of all cells of a slice.</summary>
    public void Place(int z)
    {
        var sampler = new DistanceSampler(distance.Span, size);
        var placed = vertices.Placed;
        var keys = cells.Keys;
        var cases = cells.Cases;
        int ownCuts = 0, knots = 0, last = cells.SliceStart(z + 1);
        for (var cell = cells.SliceStart(z); cell < last; cell++)
        {
            var key = keys[cell];
            var (x, y) = SurfaceCells.Unpack(key);
            var corners = (key & SurfaceCells.BesideBorder) == 0
                ? CellField.Corners(ref sampler.Lowest(x, y, z), size, size * size)
                : CarefulCorners(sampler, x, y, z);
            var inside = (int)Vector256.LessThan(corners, Vector256<float>.Zero).ExtractMostSignificantBits();
            var mean = CellCrossings.Mean(corners, inside);
            if (!float.IsFinite(Vector128.Sum(mean)))
                mean = CellCrossings.Mean(CarefulCorners(sampler, x, y, z), inside);
            placed[cell] = CellBox.Corner(x, y, z) + CellBox.Inside(mean);
            cases[cell] = (byte)inside;
            ownCuts += CubeLoops.OwnCutCount[inside];
            knots += CubeLoops.IsKnot[inside] ? 1 : 0;
        }
        _counts[z] = new SliceCounts(ownCuts, knots);
    }

    /// <summary>The cells with several loops, or with one that runs over a face twice; marks those around them.</summary>
    public int[] FindKnots()
    {
        var knots = new int[_counts.Sum(slice => slice.Knots)];
        var count = 0;
        for (var z = 0; z < cells.Slices; z++)
        {
            if (_counts[z].Knots == 0) continue;
            for (var cell = cells.SliceStart(z); cell < cells.SliceStart(z + 1); cell++)
            {
                if (!CubeLoops.IsKnot[cells.Cases[cell]]) continue;
                knots[count++] = cell;
                var (x, y) = SurfaceCells.Unpack(cells.Keys[cell]);
                cells.MarkKnot(x, y, z);
            }
        }
        return knots;
    }

    /// <summary>Places the vertices of cells with several loops; those of further loops for good.</summary>
    public void PlaceLoops(ReadOnlySpan<int> knots)
    {
        var sampler = new DistanceSampler(distance.Span, size);
        var z = 0;
        foreach (var cell in knots)
        {
            while (cells.SliceStart(z + 1) <= cell) z++;
            int inside = cells.Cases[cell];
            if (CubeLoops.Count[inside] == 1) continue;
            var (x, y) = SurfaceCells.Unpack(cells.Keys[cell]);
            var corners = CarefulCorners(sampler, x, y, z);
            for (var loop = 0; loop < CubeLoops.Count[inside]; loop++)
            {
                var place = CellBox.Corner(x, y, z) + CellBox.Inside(CellCrossings.MeanOfLoop(corners, inside, loop));
                (loop == 0 ? vertices.Placed : vertices.Points)[vertices.Of(cell, loop)] = place;
            }
        }
    }

    // The samples at the corners, made finite, also beyond the volume.
    private static Vector256<float> CarefulCorners(DistanceSampler sampler, int x, int y, int z)
    {
        var corners = Vector256<float>.Zero;
        for (var k = 0; k < 8; k++)
            corners = corners.WithElement(k, sampler.At(x - 1 + (k & 1), y - 1 + (k >> 1 & 1), z - 1 + (k >> 2)));
        return corners;
    }

    private readonly record struct SliceCounts(int OwnCuts, int Knots);
}
