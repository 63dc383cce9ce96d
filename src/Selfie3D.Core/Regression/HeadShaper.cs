using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// Makes the volume that the surface is taken from. The prior follows the network's surface smoothly; its neck is drawn down
/// to a level base, and its mouth is filled as far as it is not seen; in the face the network's details are added as they are.
/// </summary>
/// <remarks>
/// The network's own volume is not taken outside the face: on its coarse grid ears wear away, hair becomes bumpy and the neck's
/// rim ragged.
/// </remarks>
internal sealed class HeadShaper
{
    private const float FaceMetres = 0.015f, OutsideMetres = 0.045f; // around landmarks: all of the details, none of them
    private const float NeckStill = 0.006f, NeckFree = 0.03f;        // metres inward from the neck's cut: no displacement, all of it
    private const float MostGrowth = 1.25f;

    private readonly NeckCap? _neck;

    /// <param name="triangles">Of the prior.</param>
    /// <param name="anyPrior">Some head of the prior, photo frame (y down), about upright.</param>
    public HeadShaper(int[] triangles, ReadOnlySpan<Vector3> anyPrior)
    {
        Triangles = triangles;
        var upright = new Vector3[anyPrior.Length];
        for (int k = 0; k < upright.Length; k++)
            upright[k] = anyPrior[k] * new Vector3(1, -1, 1);
        _neck = NeckCap.Find(upright, triangles);
    }

    /// <summary>Corners of the prior's triangles, three indices each, counter-clockwise from outside in the head frame.</summary>
    public int[] Triangles { get; }

    /// <summary>Shapes one head.</summary>
    /// <param name="corrected">[z, y, x] of <see cref="HeadRegressor.NetworkVolumeSize"/>: the network's distance, its voxels.</param>
    /// <param name="prior">Vertices, photo frame.</param>
    /// <param name="landmarks68">Photo frame.</param>
    /// <param name="perspective">Of the photo's camera, photo frame.</param>
    /// <param name="crop">The volume's square.</param>
    /// <param name="size">Voxels along each axis of the result.</param>
    /// <param name="coarseTruncation">Voxels of the network's grid.</param>
    /// <returns>Signed distance, truncated at about the same length, on a square around the same middle that is as large as the head needs.</returns>
    public HeadVolume Shape(ReadOnlySpan<float> corrected, Vector3[] prior, Vector3[] landmarks68, Perspective perspective, HeadCrop crop, int size, int coarseTruncation)
    {
        const int V = HeadRegressor.NetworkVolumeSize;
        var frame = HeadFrame.FromLandmarks(landmarks68, perspective: perspective);
        float voxelMetres = crop.Size / V / frame.PixelsPerMetre;
        var voxels = ToVoxels(prior, crop, V);
        voxels = PriorWarp.Move(voxels, Triangles, corrected, V, NeckShares(voxels, crop.PhotoToCrop(landmarks68[30]) * V, voxelMetres));

        float[] details = SurfaceVoxelizer.Voxelize(voxels, Triangles, V, coarseTruncation);
        for (int i = 0; i < details.Length; i++)
            details[i] = corrected[i] - details[i];
        // Not the ends of the jaw: they lie at the ears.
        KeepFace(details, V, ToVoxels([.. landmarks68[4..13], .. landmarks68[17..]], crop, V), voxelMetres);

        Vector3[] photo = [.. voxels.Select(voxel => crop.CropToPhoto(voxel / V))];
        _neck?.Stand(photo, frame, landmarks68[8], crop.Grow(MostGrowth));
        float growth = Growth(photo, crop);
        var whole = crop.Grow(growth);
        voxels = ToVoxels(photo, whole, size);
        int truncation = (int)MathF.Ceiling((float)coarseTruncation * size / V);
        float[] fine = SurfaceVoxelizer.Voxelize(voxels, Triangles, size, truncation);
        TriangleBand.Refine(fine, voxels, Triangles, size);
        var volume = new HeadVolume(size, fine, whole);
        var hollow = new MouthHollow(frame, landmarks68).Fill(volume);
        MouthHollow.KeepOut(details, V, ToVoxels(hollow, crop, V), voxelMetres);
        VolumeUpsampler.AddCorrection(fine, size, details, V, growth, truncation);
        return volume;
    }

    // How much larger than the network's cube, around the same middle, the head is: hair and the neck's base may reach out of it.
    private static float Growth(Vector3[] photo, HeadCrop crop)
    {
        float reach = 0;
        foreach (var point in photo)
        {
            var from = Vector3.Abs(crop.PhotoToCrop(point) - new Vector3(0.5f));
            reach = MathF.Max(reach, MathF.Max(from.X, MathF.Max(from.Y, from.Z)));
        }

        return Math.Clamp(reach / (0.5f - NeckCap.Border), 1, MostGrowth);
    }

    /// <summary>Photo frame to voxel coordinates.</summary>
    public static Vector3[] ToVoxels(ReadOnlySpan<Vector3> points, HeadCrop crop, int size)
    {
        var voxels = new Vector3[points.Length];
        for (int i = 0; i < voxels.Length; i++)
            voxels[i] = crop.PhotoToCrop(points[i]) * size;
        return voxels;
    }

    // The cut stays in its plane.
    private float[] NeckShares(Vector3[] voxels, Vector3 inside, float voxelMetres)
    {
        var shares = new float[voxels.Length];
        Array.Fill(shares, 1);
        if (_neck is null)
            return shares;
        var (middle, normal) = _neck.Plane(voxels, inside);
        for (int k = 0; k < shares.Length; k++)
            shares[k] = 1 - Falling(NeckStill, NeckFree, -voxelMetres * Vector3.Dot(voxels[k] - middle, normal));
        return shares;
    }

    private static void KeepFace(float[] details, int size, Vector3[] face, float voxelMetres) => Parallel.For(0, size, z =>
    {
        for (int y = 0, i = z * size * size; y < size; y++)
        {
            for (int x = 0; x < size; x++, i++)
            {
                if (details[i] == 0)
                    continue;
                float least = float.PositiveInfinity;
                foreach (var point in face)
                    least = MathF.Min(least, Vector3.DistanceSquared(point, new Vector3(x + 0.5f, y + 0.5f, z + 0.5f)));
                details[i] *= Falling(FaceMetres, OutsideMetres, voxelMetres * MathF.Sqrt(least));
            }
        }
    });

    // 1 below low, 0 above high, smooth between.
    internal static float Falling(float low, float high, float value)
    {
        float t = Math.Clamp((high - value) / (high - low), 0, 1);
        return t * t * (3 - 2 * t);
    }
}
