using System.Numerics;

namespace Selfie3D.Texturing;

/// <summary>Goes over the texels whose centres lie in a triangle, with the weights u and v of its second and third corner.</summary>
internal ref struct TexelCover
{
    private const float Edge = 1e-4f; // texels on an edge belong to both its triangles

    private readonly int _x0, _x1, _y1;
    private readonly float _ux, _uy, _vx, _vy;
    private readonly Vector2 _a;
    private int _x, _y;
    private float _u, _v;

    private TexelCover(Vector2 a, Vector2 b, Vector2 c, int width, int top, int bottom)
    {
        Vector2 ab = b - a, ac = c - a;
        var area = ab.X * ac.Y - ab.Y * ac.X;
        _a = a;
        _x0 = Math.Max(0, (int)MathF.Ceiling(MathF.Min(a.X, MathF.Min(b.X, c.X)) - 0.5f));
        _x1 = Math.Min(width - 1, (int)MathF.Floor(MathF.Max(a.X, MathF.Max(b.X, c.X)) - 0.5f));
        var y0 = Math.Max(top, (int)MathF.Ceiling(MathF.Min(a.Y, MathF.Min(b.Y, c.Y)) - 0.5f));
        _y1 = Math.Min(bottom - 1, (int)MathF.Floor(MathF.Max(a.Y, MathF.Max(b.Y, c.Y)) - 0.5f));
        if (MathF.Abs(area) < 1e-12f) _y1 = -1;
        var inverse = 1 / area;
        (_ux, _uy) = (ac.Y * inverse, -ac.X * inverse);
        (_vx, _vy) = (-ab.Y * inverse, ab.X * inverse);
        (_x, _y) = (_x0 - 1, y0);
    }

    /// <param name="a">Corner, texels.</param>
    /// <param name="b">Corner, texels.</param>
    /// <param name="c">Corner, texels.</param>
    /// <param name="width">Texels per row; others are left out.</param>
    /// <param name="height">Rows of the image.</param>
    /// <param name="top">First row to go over.</param>
    /// <param name="bottom">First row not to go over.</param>
    public static TexelCover Of(Vector2 a, Vector2 b, Vector2 c, int width, int height, int top, int bottom) =>
        new(a, b, c, width, Math.Max(0, top), Math.Min(height, bottom));

    public readonly TexelCover GetEnumerator() => this;

    public readonly (int X, int Y, float U, float V) Current => (_x, _y, _u, _v);

    public bool MoveNext()
    {
        while (_y <= _y1)
        {
            while (++_x <= _x1)
            {
                float px = _x + 0.5f - _a.X, py = _y + 0.5f - _a.Y;
                _u = _ux * px + _uy * py;
                _v = _vx * px + _vy * py;
                if (_u >= -Edge && _v >= -Edge && _u + _v <= 1 + Edge) return true;
            }
            _y++;
            _x = _x0 - 1;
        }
        return false;
    }
}
