using System.Numerics;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>
/// Reads colours at fractional photo positions, from the part of the photo that the head covers, averaged to about the
/// resolution that is asked for so that fine photos do not alias.
/// </summary>
internal sealed class PhotoSampler
{
    private const int Margin = 2;

    private readonly float[] _pixels; // [y, x, rgb_], 4 floats to a pixel
    private readonly int _width, _height, _x0, _y0, _shrink;

    /// <param name="photo">The whole photo.</param>
    /// <param name="min">Lowest photo coordinates that will be read.</param>
    /// <param name="max">Highest photo coordinates that will be read.</param>
    /// <param name="pixelsPerSample">Photo pixels that one reading stands for, along each axis.</param>
    /// <param name="parallel">Threads.</param>
    public PhotoSampler(RgbImage photo, Vector2 min, Vector2 max, float pixelsPerSample, ParallelOptions parallel)
    {
        _shrink = Math.Max(1, (int)MathF.Round(pixelsPerSample));
        _x0 = Math.Clamp((int)min.X - Margin * _shrink, 0, photo.Width - 1);
        _y0 = Math.Clamp((int)min.Y - Margin * _shrink, 0, photo.Height - 1);
        var x1 = Math.Clamp((int)max.X + 1 + Margin * _shrink, _x0 + 1, photo.Width);
        var y1 = Math.Clamp((int)max.Y + 1 + Margin * _shrink, _y0 + 1, photo.Height);
        _width = (x1 - _x0 + _shrink - 1) / _shrink;
        _height = (y1 - _y0 + _shrink - 1) / _shrink;
        _pixels = new float[_width * _height * 4];
        Parallel.For(0, _height, parallel, row => ShrinkRow(photo, row, x1, y1));
    }

    /// <summary>RGB 0..255 at a photo position (pixel centres at +0.5), clamped to what was taken of the photo.</summary>
    public Vector3 At(float photoX, float photoY)
    {
        var x = Math.Clamp((photoX - _x0) / _shrink - 0.5f, 0, _width - 1.001f);
        var y = Math.Clamp((photoY - _y0) / _shrink - 0.5f, 0, _height - 1.001f);
        if (_width == 1) x = 0;
        if (_height == 1) y = 0;
        int left = (int)x, top = (int)y;
        float fx = x - left, fy = y - top;
        var at = 4 * (top * _width + left);
        var right = _width > 1 ? 4 : 0;
        var down = _height > 1 ? 4 * _width : 0;
        var span = _pixels.AsSpan();
        var a = new Vector4(span[at..]);
        var b = new Vector4(span[(at + right)..]);
        var c = new Vector4(span[(at + down)..]);
        var d = new Vector4(span[(at + down + right)..]);
        var color = Vector4.Lerp(Vector4.Lerp(a, b, fx), Vector4.Lerp(c, d, fx), fy);
        return color.AsVector3();
    }

    private void ShrinkRow(RgbImage photo, int row, int x1, int y1)
    {
        var top = _y0 + row * _shrink;
        var bottom = Math.Min(y1, top + _shrink);
        for (var column = 0; column < _width; column++)
        {
            var left = _x0 + column * _shrink;
            var right = Math.Min(x1, left + _shrink);
            int r = 0, g = 0, b = 0;
            for (var y = top; y < bottom; y++)
            {
                var source = photo.Pixels.AsSpan(3 * (y * photo.Width + left), 3 * (right - left));
                for (var k = 0; k < source.Length; k += 3)
                {
                    r += source[k];
                    g += source[k + 1];
                    b += source[k + 2];
                }
            }
            var scale = 1f / ((bottom - top) * (right - left));
            var at = 4 * (row * _width + column);
            _pixels[at] = r * scale;
            _pixels[at + 1] = g * scale;
            _pixels[at + 2] = b * scale;
        }
    }
}
