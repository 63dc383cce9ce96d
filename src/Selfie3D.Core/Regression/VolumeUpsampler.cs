namespace Selfie3D.Regression;

/// <summary>Carries the volume network's correction over to a finer grid.</summary>
internal static class VolumeUpsampler
{
    /// <summary>Adds the correction, interpolated trilinearly and in fine voxels, to <paramref name="fine"/>.</summary>
    /// <param name="fine">[z, y, x], fineSize^3: the prior's distance; takes the result, cut off at the truncation.</param>
    /// <param name="fineSize">Voxels along each axis of the fine grid.</param>
    /// <param name="correction">[z, y, x], coarseSize^3: what the network adds, in its own voxels.</param>
    /// <param name="coarseSize">Voxels along each axis of the network's grid.</param>
    /// <param name="growth">Side of the fine grid's cube over the network's; both have the same middle.</param>
    /// <param name="truncation">In fine voxels.</param>
    public static void AddCorrection(float[] fine, int fineSize, float[] correction, int coarseSize, float growth, float truncation)
    {
        float ratio = fineSize / (coarseSize * growth);
        var index = new int[fineSize];
        var next = new int[fineSize];
        var share = new float[fineSize];
        for (int i = 0; i < fineSize; i++)
        {
            float at = Math.Clamp((i + 0.5f - fineSize / 2f) / ratio + coarseSize / 2f - 0.5f, 0, coarseSize - 1);
            index[i] = (int)at;
            next[i] = Math.Min(index[i] + 1, coarseSize - 1);
            share[i] = at - index[i];
        }

        Parallel.For(0, fineSize, z =>
        {
            Span<float> row = stackalloc float[coarseSize];
            int plane = coarseSize * coarseSize;
            float fz = share[z];
            for (int y = 0; y < fineSize; y++)
            {
                float fy = share[y];
                int r00 = index[z] * plane + index[y] * coarseSize, r01 = index[z] * plane + next[y] * coarseSize;
                int r10 = next[z] * plane + index[y] * coarseSize, r11 = next[z] * plane + next[y] * coarseSize;
                for (int x = 0; x < coarseSize; x++)
                {
                    row[x] = (1 - fz) * ((1 - fy) * correction[r00 + x] + fy * correction[r01 + x]) +
                        fz * ((1 - fy) * correction[r10 + x] + fy * correction[r11 + x]);
                    row[x] *= ratio;
                }

                var target = fine.AsSpan((z * fineSize + y) * fineSize, fineSize);
                for (int x = 0; x < fineSize; x++)
                    target[x] = Math.Clamp(target[x] + row[index[x]] + share[x] * (row[next[x]] - row[index[x]]), -truncation, truncation);
            }
        });
    }
}
