using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>Where the edges of a cell meet the surface by linear interpolation, as means in fractions of the cell.</summary>
internal static class CellCrossings
{
    private static readonly Case[] Cases = new Case[256];

    static CellCrossings()
    {
        Span<float> place = stackalloc float[4];
        Span<float> weights = stackalloc float[CubeLoops.Edges];
        for (var inside = 0; inside < 256; inside++)
        {
            place.Clear();
            weights.Clear();
            var loops = CubeLoops.LoopOfEdge.AsSpan(inside * CubeLoops.Edges, CubeLoops.Edges);
            var count = CubeLoops.Edges - loops.Count(CubeLoops.NoLoop);
            for (var edge = 0; edge < CubeLoops.Edges; edge++)
            {
                if (loops[edge] == CubeLoops.NoLoop) continue;
                weights[edge] = 1f / count;
                for (var axis = 0; axis < 3; axis++)
                    if ((CubeLoops.FirstCorner(edge) >> axis & 1) != 0) place[axis] += 1f / count;
            }
            Cases[inside] = new Case(Vector128.Create<float>(place), Vector128.Create<float>(weights[..4]),
                Vector128.Create<float>(weights[4..8]), Vector128.Create<float>(weights[8..]));
        }
    }

    /// <summary>The mean of all crossings; lane 3 is 1.</summary>
    /// <param name="corners">The distance at each corner.</param>
    /// <param name="inside">The case: which corners are inside.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Mean(Vector256<float> corners, int inside)
    {
        // Edges in the order of CubeLoops: along x at (y, z), along y at (z, x), along z at (x, y).
        ref readonly var by = ref Cases[inside];
        Vector128<float> low = corners.GetLower(), high = corners.GetUpper();
        var evenOdd = Vector256.Shuffle(corners, Vector256.Create(0, 2, 4, 6, 1, 3, 5, 7));
        var yEnds = Vector256.Shuffle(corners, Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7));
        var x = Share(evenOdd.GetLower(), evenOdd.GetUpper(), by.AlongX);
        var y = Share(yEnds.GetLower(), yEnds.GetUpper(), by.AlongY);
        var z = Share(low, high, by.AlongZ);
        return by.Place + Vector128.Create(Sum(x), Sum(y), Sum(z), 1);
    }

    /// <summary>The mean of one loop's crossings; lane 3 is 1.</summary>
    public static Vector128<float> MeanOfLoop(Vector256<float> corners, int inside, int loop)
    {
        var sum = Vector128<float>.Zero;
        for (var edge = 0; edge < CubeLoops.Edges; edge++)
        {
            if (CubeLoops.LoopOfEdge[inside * CubeLoops.Edges + edge] != loop) continue;
            var first = CubeLoops.FirstCorner(edge);
            float start = corners.GetElement(first), end = corners.GetElement(first | 1 << (edge >> 2));
            var at = Vector128.Create((float)(first & 1), first >> 1 & 1, first >> 2, 1);
            sum += at.WithElement(edge >> 2, start / (start - end));
        }
        return sum / sum.GetElement(3);
    }

    // Where along each edge, weighted; edges that are not cut may divide by nothing, so they are left out by their weight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Share(Vector128<float> start, Vector128<float> end, Vector128<float> weight) =>
        Vector128.ConditionalSelect(Vector128.Equals(weight, Vector128<float>.Zero), weight, weight * start / (start - end));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(Vector128<float> v) => (v.GetElement(0) + v.GetElement(2)) + (v.GetElement(1) + v.GetElement(3));

    // What the mean has of the places of the cut edges, whatever the distances are, and the weight of each edge in it: 1 / number of
    // cut edges, or 0; four edges along each axis.
    private readonly record struct Case(Vector128<float> Place, Vector128<float> AlongX, Vector128<float> AlongY, Vector128<float> AlongZ);
}
