using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>The head as a truncated signed distance on a cubic grid that is aligned with a crop of the photo.</summary>
public sealed class HeadVolume
{
    /// <summary>Wraps distances without copying them.</summary>
    /// <param name="size">Voxels along each axis.</param>
    /// <param name="distance">size^3 signed distances in voxels, [z, y, x], x fastest, negative inside.</param>
    /// <param name="crop">The square of the photo that the volume stands on.</param>
    /// <exception cref="ArgumentException">The array is not size^3 long.</exception>
    public HeadVolume(int size, float[] distance, HeadCrop crop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        ArgumentNullException.ThrowIfNull(distance);
        if (distance.Length != checked(size * size * size))
            throw new ArgumentException($"{distance.Length} distances for a grid of {size}^3.", nameof(distance));
        Size = size;
        Distance = distance;
        Crop = crop;
    }

    /// <summary>Voxels along each axis; voxel i has its centre at i + 0.5.</summary>
    public int Size { get; }

    /// <summary>[z, y, x], x fastest: signed distance to the skin in voxels, negative inside, truncated.</summary>
    public float[] Distance { get; }

    /// <summary>The square of the photo that x and y of the grid cover; z covers the same length, 0 of the photo frame in its middle.</summary>
    public HeadCrop Crop { get; }

    /// <summary>Photo pixels per voxel.</summary>
    public float VoxelSize => Crop.Size / Size;

    /// <summary>Voxel coordinates (0..Size along each axis) to the photo frame.</summary>
    public Vector3 VoxelToPhoto(Vector3 voxel) => Crop.CropToPhoto(voxel / Size);

    /// <summary>The photo frame to voxel coordinates.</summary>
    public Vector3 PhotoToVoxel(Vector3 photo) => Crop.PhotoToCrop(photo) * Size;
}
