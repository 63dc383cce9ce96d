using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>Where in its cell a vertex may lie. Lanes are x, y, z and one more that is left as it is.</summary>
internal static class CellBox
{
    // Vertices keep this far from the walls of their cell, in cells; so no two of different cells meet.
    private const float WallMargin = 0.003f;

    public static Vector128<float> Low => Vector128.Create(WallMargin, WallMargin, WallMargin, 0);

    public static Vector128<float> High => Vector128.Create(1 - WallMargin, 1 - WallMargin, 1 - WallMargin, 1);

    /// <summary>The place of a cell's corner 0, in samples.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Corner(int x, int y, int z) => Vector128.ConvertToSingle(Vector128.Create(x - 1, y - 1, z - 1, 0));

    /// <summary>The nearest place in the cell, in fractions of it; no matter what for what is no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Inside(Vector128<float> at) => Vector128.MinNative(Vector128.MaxNative(at, Low), High);
}
