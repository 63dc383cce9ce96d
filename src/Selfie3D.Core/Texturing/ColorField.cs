using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>
/// Spreads known colours smoothly over the rest of the head: averages on grids of growing cells, read from coarse to fine
/// (push-pull, Gortler et al., The Lumigraph, 1996) in space, so that it knows no seams; far from all that is known the prior shows.
/// </summary>
internal sealed class ColorField
{
    private const float FinestCell = 0.005f; // metres
    private const int Levels = 3;
    // Share of a cell's surface that must be known for the cell to count half against what is coarser.
    private const float HalfKnown = 0.12f;

    private readonly Vector4[][] _cells = new Vector4[Levels][]; // [z, y, x] (RGB * weight, weight)
    private readonly (int X, int Y, int Z)[] _sizes = new (int, int, int)[Levels];
    private readonly float[] _halfWeight = new float[Levels];
    private readonly Vector3 _origin;

    /// <param name="head">Vertices, head frame, metres.</param>
    /// <param name="colors">[vertex] RGB 0..255.</param>
    /// <param name="weights">[vertex] 0..1, 0 where nothing is known.</param>
    /// <param name="areaPerVertex">Square metres.</param>
    public ColorField(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> weights, float areaPerVertex)
    {
        Vector3 min = head[0], max = head[0];
        foreach (var p in head)
        {
            min = Vector3.Min(min, p);
            max = Vector3.Max(max, p);
        }
        _origin = min - new Vector3(FinestCell);
        for (var level = 0; level < Levels; level++)
        {
            var cell = FinestCell * (1 << level);
            var extent = (max - _origin) / cell;
            _sizes[level] = ((int)extent.X + 2, (int)extent.Y + 2, (int)extent.Z + 2);
            _cells[level] = new Vector4[_sizes[level].X * _sizes[level].Y * _sizes[level].Z];
            _halfWeight[level] = HalfKnown * cell * cell / areaPerVertex;
        }
        Splat(head, colors, weights);
        for (var level = 1; level < Levels; level++) Gather(level);
    }

    /// <summary>The colour at a place, RGB 0..255.</summary>
    public Vector3 At(Vector3 head, Vector3 prior)
    {
        var color = prior;
        for (var level = Levels - 1; level >= 0; level--)
        {
            var sum = Sample(level, head);
            if (sum.W > 1e-6f)
                color = Vector3.Lerp(color, sum.AsVector3() / sum.W, sum.W / (sum.W + _halfWeight[level]));
        }
        return color;
    }

    private void Splat(ReadOnlySpan<Vector3> head, ReadOnlySpan<Vector3> colors, ReadOnlySpan<float> weights)
    {
        var cells = _cells[0];
        var size = _sizes[0];
        for (var k = 0; k < head.Length; k++)
        {
            if (weights[k] <= 0) continue;
            var p = (head[k] - _origin) / FinestCell;
            cells[((int)p.Z * size.Y + (int)p.Y) * size.X + (int)p.X] += weights[k] * new Vector4(colors[k], 1);
        }
    }

    private void Gather(int level)
    {
        var (fine, coarse) = (_sizes[level - 1], _sizes[level]);
        for (var z = 0; z < fine.Z; z++)
            for (var y = 0; y < fine.Y; y++)
                for (var x = 0; x < fine.X; x++)
                    _cells[level][((z >> 1) * coarse.Y + (y >> 1)) * coarse.X + (x >> 1)] +=
                        _cells[level - 1][(z * fine.Y + y) * fine.X + x];
    }

    private Vector4 Sample(int level, Vector3 head)
    {
        var size = _sizes[level];
        var p = (head - _origin) / (FinestCell * (1 << level)) - new Vector3(0.5f);
        p = Vector3.Clamp(p, Vector3.Zero, new Vector3(size.X - 1.001f, size.Y - 1.001f, size.Z - 1.001f));
        int x = (int)p.X, y = (int)p.Y, z = (int)p.Z;
        float fx = p.X - x, fy = p.Y - y, fz = p.Z - z;
        var cells = _cells[level];
        var at = (z * size.Y + y) * size.X + x;
        var next = at + size.X * size.Y;
        var near = Vector4.Lerp(
            Vector4.Lerp(cells[at], cells[at + 1], fx), Vector4.Lerp(cells[at + size.X], cells[at + size.X + 1], fx), fy);
        var far = Vector4.Lerp(
            Vector4.Lerp(cells[next], cells[next + 1], fx), Vector4.Lerp(cells[next + size.X], cells[next + size.X + 1], fx), fy);
        return Vector4.Lerp(near, far, fz);
    }
}
