using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Selfie3D.Imaging;

namespace Selfie3D.Texturing;

/// <summary>
/// Reads colours at fractional photo positions, from the part of the photo that the head covers, averaged to about the
/// resolution that is asked for so that fine photos do not alias.
/// </summary>
internal sealed class PhotoSampler
{
    private const int Margin = 2;

    private readonly uint[] _pixels; // [y, x] red in the lowest byte, then green and blue
    private readonly int _width, _height, _x0, _y0;
    private readonly float _toPixels;

    /// <param name="photo">The whole photo.</param>
    /// <param name="min">Lowest photo coordinates that will be read.</param>
    /// <param name="max">Highest photo coordinates that will be read.</param>
    /// <param name="pixelsPerSample">Photo pixels that one reading stands for, along each axis.</param>
    /// <param name="parallel">Threads.</param>
    public PhotoSampler(RgbImage photo, Vector2 min, Vector2 max, float pixelsPerSample, ParallelOptions parallel)
    {
        var shrink = Math.Max(1, (int)MathF.Round(pixelsPerSample));
        _toPixels = 1f / shrink;
        _x0 = Math.Clamp((int)min.X - Margin * shrink, 0, photo.Width - 1);
        _y0 = Math.Clamp((int)min.Y - Margin * shrink, 0, photo.Height - 1);
        var x1 = Math.Clamp((int)max.X + 1 + Margin * shrink, _x0 + 1, photo.Width);
        var y1 = Math.Clamp((int)max.Y + 1 + Margin * shrink, _y0 + 1, photo.Height);
        _width = (x1 - _x0 + shrink - 1) / shrink;
        _height = (y1 - _y0 + shrink - 1) / shrink;
        _pixels = GC.AllocateUninitializedArray<uint>(_width * _height);
        Parallel.For(0, _height, parallel, row => ShrinkRow(photo, row, x1, y1, shrink));
    }

    /// <summary>RGB 0..255 (and a fourth value of no meaning) at a photo position (pixel centres at +0.5), clamped to what was taken of the photo.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector4 At(float photoX, float photoY)
    {
        var x = MathF.Min(MathF.Max((photoX - _x0) * _toPixels - 0.5f, 0), _width - 1);
        var y = MathF.Min(MathF.Max((photoY - _y0) * _toPixels - 0.5f, 0), _height - 1);
        int left = (int)x, top = (int)y;
        float fx = x - left, fy = y - top;
        var right = left + 1 < _width ? 1 : 0;
        var down = top + 1 < _height ? _width : 0;
        ref var corner = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_pixels), top * _width + left);
        var upper = Vector4.Lerp(Unpack(corner), Unpack(Unsafe.Add(ref corner, right)), fx);
        var lower = Vector4.Lerp(Unpack(Unsafe.Add(ref corner, down)), Unpack(Unsafe.Add(ref corner, down + right)), fx);
        return Vector4.Lerp(upper, lower, fy);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector4 Unpack(uint pixel)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalar(pixel).AsByte());
        return Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32()).AsVector4();
    }

    private void ShrinkRow(RgbImage photo, int row, int x1, int y1, int shrink)
    {
        var target = _pixels.AsSpan(row * _width, _width);
        var top = _y0 + row * shrink;
        if (shrink == 1)
        {
            var source = photo.Pixels.AsSpan(3 * (top * photo.Width + _x0), 3 * _width);
            for (int column = 0, k = 0; column < target.Length; column++, k += 3)
                target[column] = source[k] | (uint)source[k + 1] << 8 | (uint)source[k + 2] << 16;
            return;
        }
        var bottom = Math.Min(y1, top + shrink);
        for (var column = 0; column < target.Length; column++)
        {
            var left = _x0 + column * shrink;
            var right = Math.Min(x1, left + shrink);
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
            int count = (bottom - top) * (right - left), half = count / 2;
            target[column] = (uint)((r + half) / count | (g + half) / count << 8 | (b + half) / count << 16);
        }
    }
}
