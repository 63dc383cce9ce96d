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
    private readonly Vector128<float> _origin; // x0, y0
    private readonly Vector128<int> _last;     // the last column and row

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
        _origin = Vector128.Create((float)_x0, _y0, 0, 0);
        _width = (x1 - _x0 + shrink - 1) / shrink;
        _height = (y1 - _y0 + shrink - 1) / shrink;
        // A reading on the last column or row takes nothing of what lies behind it, but looks there.
        _pixels = GC.AllocateUninitializedArray<uint>(_width * _height + _width + 1);
        _pixels.AsSpan(_width * _height).Clear();
        _last = Vector128.Create(_width - 1, _height - 1, 0, 0);
        Parallel.For(0, _height, parallel, row => ShrinkRow(photo, row, x1, y1, shrink));
    }

    /// <summary>RGB 0..255 (and a fourth value of no meaning) at a photo position (pixel centres at +0.5), clamped to what was taken of the photo.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector4 At(float photoX, float photoY)
    {
        var place = (Vector128.Create(photoX, photoY, 0, 0) - _origin) * _toPixels - Vector128.Create(0.5f);
        place = Vector128.MinNative(Vector128.MaxNative(place, Vector128<float>.Zero), Vector128.ConvertToSingle(_last));
        // Clamped once more as whole numbers: a place that is no number must not lead out of the array.
        var corner = Vector128.Min(Vector128.Max(Vector128.ConvertToInt32Native(place), Vector128<int>.Zero), _last);
        var share = place - Vector128.ConvertToSingle(corner);
        ref var pixel = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_pixels), corner[1] * _width + corner[0]);
        var (left, right) = Two(ref pixel);
        var (leftBelow, rightBelow) = Two(ref Unsafe.Add(ref pixel, _width));
        return Vector4.Lerp(Vector4.Lerp(left, right, share[0]), Vector4.Lerp(leftBelow, rightBelow, share[0]), share[1]);
    }

    // A pixel and the one beside it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector4 Left, Vector4 Right) Two(ref uint pixel)
    {
        var both = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<uint, byte>(ref pixel))).AsByte();
        var (left, right) = Vector128.Widen(Vector128.WidenLower(both));
        return (Vector128.ConvertToSingle(left.AsInt32()).AsVector4(), Vector128.ConvertToSingle(right.AsInt32()).AsVector4());
    }

    private void ShrinkRow(RgbImage photo, int row, int x1, int y1, int shrink)
    {
        var target = _pixels.AsSpan(row * _width, _width);
        var top = _y0 + row * shrink;
        if (shrink == 1)
        {
            var source = photo.Pixels.AsSpan(3 * (top * photo.Width + _x0), 3 * _width);
            var column = 0;
            // Four at a time; sixteen bytes are read of which twelve are used.
            for (; 3 * column + 16 <= source.Length; column += 4)
            {
                Vector128.Shuffle(Vector128.Create<byte>(source.Slice(3 * column, 16)), Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255))
                    .AsUInt32().CopyTo(target[column..]);
            }
            for (var k = 3 * column; column < target.Length; column++, k += 3)
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
