using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>Reads between the samples of cubic grids, [z, y, x], sample i at i + 0.5; beyond the border as on it.</summary>
internal static class Trilinear
{
    /// <summary>A value of a grid of size^3.</summary>
    public static float Read(ReadOnlySpan<float> grid, int size, Vector3 at)
    {
        var (low, part) = Split(at, size);
        float sum = 0;
        for (int corner = 0; corner < 8; corner++)
            sum += Weight(part, corner) * grid[Index(low, corner, size)];
        return sum;
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{float}, int, Vector3)"/>
    public static Vector4 Read(ReadOnlySpan<Vector4> grid, int size, Vector3 at)
    {
        var (low, part) = Split(at, size);
        var sum = Vector4.Zero;
        for (int corner = 0; corner < 8; corner++)
            sum += Weight(part, corner) * grid[Index(low, corner, size)];
        return sum;
    }

    // The lowest of the eight samples around a point and where between them it lies.
    private static ((int X, int Y, int Z) Low, Vector3 Part) Split(Vector3 at, int size)
    {
        at = Vector3.Clamp(at - new Vector3(0.5f), Vector3.Zero, new Vector3(size - 1.001f));
        var low = ((int)at.X, (int)at.Y, (int)at.Z);
        return (low, at - new Vector3(low.Item1, low.Item2, low.Item3));
    }

    private static int Index((int X, int Y, int Z) low, int corner, int size) =>
        ((low.Z + (corner >> 2)) * size + low.Y + (corner >> 1 & 1)) * size + low.X + (corner & 1);

    private static float Weight(Vector3 part, int corner) =>
        ((corner & 1) != 0 ? part.X : 1 - part.X) * ((corner & 2) != 0 ? part.Y : 1 - part.Y) * ((corner & 4) != 0 ? part.Z : 1 - part.Z);
}
