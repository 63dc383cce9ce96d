using System.Runtime.InteropServices;

namespace Selfie3D.Meshing;

/// <summary>
/// Reads signed distances around a cell of <see cref="SurfaceCells"/>. Samples beyond the volume are outside, as far
/// outside as the sample next to them is inside, which puts the surface on the border of the volume.
/// </summary>
internal readonly ref struct DistanceSampler(ReadOnlySpan<float> distance, int size)
{
    private readonly ReadOnlySpan<float> _distance = distance; // [z, y, x], x fastest

    /// <summary>The distance at a sample; any coordinates.</summary>
    public float At(int x, int y, int z)
    {
        if ((uint)x < (uint)size && (uint)y < (uint)size && (uint)z < (uint)size)
        {
            var value = _distance[(z * size + y) * size + x];
            return float.IsFinite(value) ? value : value < 0 ? -1f : 1f;
        }
        return MathF.Abs(At(Math.Clamp(x, 0, size - 1), Math.Clamp(y, 0, size - 1), Math.Clamp(z, 0, size - 1)));
    }

    /// <summary>True when the samples of a cell, and as many more around it, are all in the volume.</summary>
    public bool IsInside(int x, int y, int z, int around) =>
        (uint)(x - 1 - around) < (uint)(size - 1 - 2 * around) && (uint)(y - 1 - around) < (uint)(size - 1 - 2 * around)
        && (uint)(z - 1 - around) < (uint)(size - 1 - 2 * around);

    /// <summary>The sample at corner 0 of a cell inside the volume.</summary>
    public ref float Lowest(int x, int y, int z) =>
        ref MemoryMarshal.GetReference(_distance.Slice(((z - 1) * size + y - 1) * size + x - 1));

    /// <summary>Copies the 4 x 4 x 4 samples around a cell, x fastest, all finite; corner 0 is at (1, 1, 1).</summary>
    public void Block(int x, int y, int z, Span<float> block)
    {
        for (var k = 0; k < block.Length; k++) block[k] = At(x - 2 + (k & 3), y - 2 + (k >> 2 & 3), z - 2 + (k >> 4));
    }
}
