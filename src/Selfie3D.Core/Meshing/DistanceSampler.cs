using System.Numerics;

namespace Selfie3D.Meshing;

/// <summary>
/// Reads signed distances around a cell of <see cref="SurfaceCells"/>. Samples beyond the volume are outside, as far
/// outside as the sample next to them is inside, which puts the surface on the border of the volume.
/// </summary>
internal readonly ref struct DistanceSampler(ReadOnlySpan<float> distance, int size)
{
    private readonly ReadOnlySpan<float> _distance = distance; // [z, y, x], x fastest

    /// <summary>The distance at a sample; coordinates from -2 to N + 1.</summary>
    public float At(int x, int y, int z)
    {
        if ((uint)x < (uint)size && (uint)y < (uint)size && (uint)z < (uint)size)
        {
            var value = _distance[(z * size + y) * size + x];
            return float.IsFinite(value) ? value : value < 0 ? -1f : 1f;
        }
        return MathF.Abs(At(Math.Clamp(x, 0, size - 1), Math.Clamp(y, 0, size - 1), Math.Clamp(z, 0, size - 1)));
    }

    /// <summary>The eight corners of the cell whose highest corner is the sample (x, y, z).</summary>
    public void Corners(int x, int y, int z, Span<float> corners)
    {
        if (x > 0 && y > 0 && z > 0 && x < size && y < size && z < size)
        {
            var at = ((z - 1) * size + y - 1) * size + x - 1;
            var near = _distance.Slice(at, size + 2);
            var far = _distance.Slice(at + size * size, size + 2);
            corners[7] = far[size + 1];
            corners[0] = near[0];
            corners[1] = near[1];
            corners[2] = near[size];
            corners[3] = near[size + 1];
            corners[4] = far[0];
            corners[5] = far[1];
            corners[6] = far[size];
            var finite = 0f;
            for (var k = 0; k < 8; k++) finite += corners[k] * 0f;
            if (finite == 0f) return;
        }
        for (var k = 0; k < 8; k++) corners[k] = At(x - 1 + (k & 1), y - 1 + (k >> 1 & 1), z - 1 + (k >> 2));
    }

    /// <summary>The distance and its gradient inside a cell, at fractions 0..1 from its lowest corner.</summary>
    public static (float Value, Vector3 Gradient) Trilinear(ReadOnlySpan<float> c, Vector3 at)
    {
        float x = at.X, y = at.Y, z = at.Z;
        float dx00 = c[1] - c[0], dx10 = c[3] - c[2], dx01 = c[5] - c[4], dx11 = c[7] - c[6];
        float x00 = c[0] + x * dx00, x10 = c[2] + x * dx10, x01 = c[4] + x * dx01, x11 = c[6] + x * dx11;
        float dy0 = x10 - x00, dy1 = x11 - x01;
        float y0 = x00 + y * dy0, y1 = x01 + y * dy1;
        float dx0 = dx00 + y * (dx10 - dx00), dx1 = dx01 + y * (dx11 - dx01);
        return (y0 + z * (y1 - y0), new Vector3(dx0 + z * (dx1 - dx0), dy0 + z * (dy1 - dy0), y1 - y0));
    }

    /// <summary>The gradient from central differences at the cell's corners, blended; smooth across cells.</summary>
    public Vector3 SmoothGradient(int x, int y, int z, Vector3 at)
    {
        var sum = Vector3.Zero;
        for (var k = 0; k < 8; k++)
        {
            int i = x - 1 + (k & 1), j = y - 1 + (k >> 1 & 1), l = z - 1 + (k >> 2);
            var weight = ((k & 1) != 0 ? at.X : 1 - at.X) * ((k & 2) != 0 ? at.Y : 1 - at.Y) * ((k & 4) != 0 ? at.Z : 1 - at.Z);
            sum += weight * CentralDifference(i, j, l);
        }
        return sum;
    }

    private Vector3 CentralDifference(int x, int y, int z)
    {
        if (x > 0 && y > 0 && z > 0 && x < size - 1 && y < size - 1 && z < size - 1)
        {
            var at = (z * size + y) * size + x;
            var difference = new Vector3(
                _distance[at + 1] - _distance[at - 1],
                _distance[at + size] - _distance[at - size],
                _distance[at + size * size] - _distance[at - size * size]);
            if (float.IsFinite(difference.X + difference.Y + difference.Z)) return difference;
        }
        return new Vector3(
            At(x + 1, y, z) - At(x - 1, y, z), At(x, y + 1, z) - At(x, y - 1, z), At(x, y, z + 1) - At(x, y, z - 1));
    }
}
