using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Goes over the texels whose centres lie in a triangle, with the weights u and v of its second and third corner.</summary>
internal ref struct TexelCover
{
    private TexelRows _rows;
    private TexelRow _row;
    private int _x;

    private TexelCover(TexelRows rows)
    {
        _rows = rows;
        _row = new TexelRow(0, 0, -1, default);
        _x = -1;
    }

    /// <param name="a">Corner, texels.</param>
    /// <param name="b">Corner, texels.</param>
    /// <param name="c">Corner, texels.</param>
    /// <param name="width">Texels per row; others are left out.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="top">First row to go over.</param>
    /// <param name="bottom">First row not to go over.</param>
    public static TexelCover Of(Vector2 a, Vector2 b, Vector2 c, int width, int height, int top, int bottom) =>
        new(new TexelRows(a, b, c, width, Math.Max(0, top), Math.Min(height, bottom)));

    public readonly TexelCover GetEnumerator() => this;

    public readonly (int X, int Y, float U, float V) Current
    {
        get
        {
            var weights = _row.Start + (_x - _row.First) * _rows.Step;
            return (_x, _row.Y, weights.X, weights.Y);
        }
    }

    public bool MoveNext()
    {
        if (++_x <= _row.Last) return true;
        if (!_rows.MoveNext()) return false;
        _row = _rows.Current;
        _x = _row.First;
        return true;
    }
}
