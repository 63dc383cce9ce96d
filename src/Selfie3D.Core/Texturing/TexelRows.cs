using System.Numerics;
using System.Runtime.CompilerServices;

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
    private readonly Vector3 _perX, _inverse; // of the three weights along a row
    private int _y;

    /// <param name="a">Corner, texels.</param>
    /// <param name="b">Corner, texels.</param>
    /// <param name="c">Corner, texels.</param>
    /// <param name="width">Texels per row; others are left out.</param>
    /// <param name="top">First row to go over.</param>
    /// <param name="bottom">First row not to go over.</param>
    public TexelRows(Vector2 a, Vector2 b, Vector2 c, int width, int top, int bottom)
    {
        Vector2 ab = b - a, ac = c - a, min = Vector2.Min(a, Vector2.Min(b, c)), max = Vector2.Max(a, Vector2.Max(b, c));
        var area = ab.X * ac.Y - ab.Y * ac.X;
        _a = a;
        _left = Math.Max(0, (int)MathF.Ceiling(min.X - 0.5f));
        _right = Math.Min(width - 1, (int)MathF.Floor(max.X - 0.5f));
        _bottom = MathF.Abs(area) < 1e-12f ? -1 : Math.Min(bottom - 1, (int)MathF.Floor(max.Y - 0.5f));
        var inverse = 1 / area;
        Step = new Vector2(ac.Y, -ab.Y) * inverse;
        _down = new Vector2(-ac.X, ab.X) * inverse;
        _perX = new Vector3(Step, -Step.X - Step.Y);
        _inverse = Vector3.One / _perX;
        _y = Math.Max(top, (int)MathF.Ceiling(min.Y - 0.5f)) - 1;
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
            float low = _left - 1, high = _right + 1;
            Bound(_perX.X, _inverse.X, start.X, ref low, ref high);
            Bound(_perX.Y, _inverse.Y, start.Y, ref low, ref high);
            Bound(_perX.Z, _inverse.Z, 1 - start.X - start.Y, ref low, ref high);
            int first = Math.Max(_left, (int)MathF.Ceiling(low)), last = Math.Min(_right, (int)MathF.Floor(high));
            if (first > last) continue;
            Current = new TexelRow(_y, first, last, start + (first + 0.5f - _a.X) * Step);
            return true;
        }
        return false;
    }

    // Columns in which a weight is not below zero.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Bound(float perX, float inverse, float start, ref float low, ref float high)
    {
        if (perX == 0)
        {
            if (start < -Edge) high = low - 1;
            return;
        }
        var column = _a.X - 0.5f - (start + Edge) * inverse;
        if (perX > 0) low = MathF.Max(low, column);
        else high = MathF.Min(high, column);
    }
}
