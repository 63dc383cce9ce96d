using System.Numerics;
using System.Runtime.Intrinsics;

namespace Selfie3D.Texturing;

/// <summary>Texels of one row whose centres lie in a triangle.</summary>
/// <param name="Y">The row.</param>
/// <param name="First">The first of them.</param>
/// <param name="Last">The last of them.</param>
/// <param name="Start">Weights of the triangle's second and third corner at the first; they grow by <see cref="TexelRows.Step"/> from texel to texel.</param>
internal readonly record struct TexelRow(int Y, int First, int Last, Vector2 Start);

/// <summary>Goes over the rows of texels whose centres lie in a triangle.</summary>
internal ref struct TexelRows
{
    private const float Edge = 1e-4f; // texels on an edge belong to both its triangles

    private readonly int _left, _right, _bottom;
    private readonly Vector2 _a, _down;       // change of the weights from row to row
    private readonly Vector128<float> _perX, _inverse; // of the three weights along a row
    private int _y;

    /// <param name="a">Corner, texels.</param>
    /// <param name="b">Corner, texels.</param>
    /// <param name="c">Corner, texels.</param>
    /// <param name="width">Texels per row; others are left out.</param>
    /// <param name="top">First row to go over.</param>
    /// <param name="bottom">First row not to go over.</param>
    public TexelRows(Vector2 a, Vector2 b, Vector2 c, int width, int top, int bottom)
    {
        Vector2 ab = b - a, ac = c - a, min = Vector2.MinNative(a, Vector2.MinNative(b, c)), max = Vector2.MaxNative(a, Vector2.MaxNative(b, c));
        var area = ab.X * ac.Y - ab.Y * ac.X;
        _a = a;
        var middles = Vector128.Create(min.X, min.Y, max.X, max.Y) - Vector128.Create(0.5f);
        var least = Vector128.ConvertToInt32(Vector128.Ceiling(middles));
        var most = Vector128.ConvertToInt32(Vector128.Floor(middles));
        _left = Math.Max(0, least[0]);
        _right = Math.Min(width - 1, most[2]);
        _bottom = MathF.Abs(area) < 1e-12f ? -1 : Math.Min(bottom - 1, most[3]);
        var inverse = 1 / area;
        Step = new Vector2(ac.Y, -ab.Y) * inverse;
        _down = new Vector2(-ac.X, ab.X) * inverse;
        _perX = Vector128.Create(Step.X, Step.Y, -Step.X - Step.Y, 0);
        _inverse = Vector128<float>.One / _perX;
        _y = Math.Max(top, least[1]) - 1;
    }

    /// <summary>How the weights of the second and third corner change from texel to texel.</summary>
    public Vector2 Step { get; }

    public TexelRow Current { get; private set; }

    public readonly TexelRows GetEnumerator() => this;

    public bool MoveNext()
    {
        while (++_y <= _bottom)
        {
            // Weights in the column of the first corner; each of the three must not be below zero.
            var start = (_y + 0.5f - _a.Y) * _down;
            var weights = Vector128.Create(start.X, start.Y, 1 - start.X - start.Y, 0);
            // Those that are the same along the row.
            if ((Vector128.Equals(_perX, Vector128<float>.Zero) & Vector128.LessThan(weights, Vector128.Create(-Edge))).AsUInt32() != Vector128<uint>.Zero) continue;
            // The columns in which the others become zero.
            var zero = Vector128.Create(_a.X - 0.5f) - (weights + Vector128.Create(Edge)) * _inverse;
            var (before, behind) = (Vector128.Create(_left - 1f), Vector128.Create(_right + 1f));
            var low = Highest(Vector128.ConditionalSelect(Vector128.GreaterThan(_perX, Vector128<float>.Zero), zero, before));
            var high = -Highest(-Vector128.ConditionalSelect(Vector128.LessThan(_perX, Vector128<float>.Zero), zero, behind));
            int first = Math.Max(_left, Whole(MathF.Ceiling(low))), last = Math.Min(_right, Whole(MathF.Floor(high)));
            if (first > last) continue;
            Current = new TexelRow(_y, first, last, start + (first + 0.5f - _a.X) * Step);
            return true;
        }
        return false;
    }

    // Of four.
    private static float Highest(Vector128<float> values)
    {
        values = Vector128.MaxNative(values, Vector128.Shuffle(values, Vector128.Create(2, 3, 0, 1)));
        return float.MaxNative(values[0], values[1]);
    }

    // Columns beyond the texture say no more than that they are.
    private readonly int Whole(float column) => float.ConvertToIntegerNative<int>(float.MaxNative(_left - 1f, float.MinNative(_right + 1f, column)));
}
