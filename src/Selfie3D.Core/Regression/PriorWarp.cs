using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// Moves the prior's vertices to the surface that the network found, smoothly: neighbours move alike, so thin parts (ears) are
/// carried along instead of being worn away, and the grid of the network leaves no marks on the scalp.
/// </summary>
internal static class PriorWarp
{
    private const int Grid = 32;                 // cells along each axis in which displacements are averaged
    private const int Radius = 3;
    private const float Sigma = 1;               // cells of that grid: about 8 mm
    private const int RootSteps = 4;
    private const float Farthest = 5, FoundWithin = 0.5f; // voxels of the network's grid
    private const float LostWeight = 0.05f;

    /// <summary>Moves the vertices.</summary>
    /// <param name="voxels">The prior in voxel coordinates of the network's grid.</param>
    /// <param name="triangles">Of the prior.</param>
    /// <param name="corrected">[z, y, x], size^3: the network's distance, voxels.</param>
    /// <param name="size">Voxels along each axis.</param>
    /// <param name="share">[vertex] how much of its displacement it takes, 0..1.</param>
    /// <returns>The moved vertices.</returns>
    public static Vector3[] Move(Vector3[] voxels, int[] triangles, ReadOnlySpan<float> corrected, int size, ReadOnlySpan<float> share)
    {
        var normals = SurfaceVoxelizer.OutwardNormals(voxels, triangles);
        var sums = new Vector4[Grid * Grid * Grid]; // [z, y, x] displacements and their number
        float toGrid = (float)Grid / size;
        for (int k = 0; k < voxels.Length; k++)
        {
            // Along the normal to where the network sees the surface.
            float along = 0;
            for (int step = 0; step < RootSteps; step++)
                along = Math.Clamp(along - Trilinear.Read(corrected, size, voxels[k] + along * normals[k]), -Farthest, Farthest);
            // Where it sees none (an ear that it lost), the prior stays and follows its surroundings.
            bool found = MathF.Abs(Trilinear.Read(corrected, size, voxels[k] + along * normals[k])) < FoundWithin;
            sums[Cell(voxels[k] * toGrid)] += found ? new Vector4(along * normals[k], 1) : new Vector4(Vector3.Zero, LostWeight);
        }

        sums = Blur(Blur(Blur(sums, 1), Grid), Grid * Grid);
        var moved = new Vector3[voxels.Length];
        for (int k = 0; k < moved.Length; k++)
        {
            var mean = Trilinear.Read(sums, Grid, voxels[k] * toGrid);
            moved[k] = voxels[k] + share[k] * mean.AsVector3() / MathF.Max(mean.W, 1e-6f);
        }

        return moved;
    }

    private static int Cell(Vector3 at)
    {
        int x = Math.Clamp((int)at.X, 0, Grid - 1), y = Math.Clamp((int)at.Y, 0, Grid - 1), z = Math.Clamp((int)at.Z, 0, Grid - 1);
        return (z * Grid + y) * Grid + x;
    }

    // Along one axis; what lies beyond the grid counts as nothing, which the division by the number makes good.
    private static Vector4[] Blur(Vector4[] source, int stride)
    {
        var target = new Vector4[source.Length];
        for (int k = -Radius; k <= Radius; k++)
        {
            float tap = MathF.Exp(-k * k / (2 * Sigma * Sigma));
            for (int i = 0; i < target.Length; i++)
            {
                int at = i / stride % Grid + k;
                if (at is >= 0 and < Grid)
                    target[i] += tap * source[i + k * stride];
            }
        }

        return target;
    }
}
