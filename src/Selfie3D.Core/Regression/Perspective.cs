using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// How a camera that is not far away draws a head: what is nearer looks larger. From arm's length a face is a quarter larger
/// than the ears beside it, so a head that were taken as it lies in the photo would be too narrow and too short behind.
/// </summary>
/// <remarks>
/// A point at depth z is drawn 1 / (1 - <see cref="Strength"/> (z - <see cref="Depth"/>)) times as large, about the centre. The
/// default value is a camera that is infinitely far away, which changes nothing.
/// </remarks>
/// <param name="CenterX">Where the camera's axis meets the head, pixels.</param>
/// <param name="CenterY">Where the camera's axis meets the head, pixels.</param>
/// <param name="Strength">One over the distance of the camera, 1 / pixels.</param>
/// <param name="Depth">The depth whose size is kept, pixels.</param>
public readonly record struct Perspective(float CenterX, float CenterY, float Strength, float Depth)
{
    // A camera is never nearer to a point than this share of its distance to the middle of the head.
    private const float Least = 0.2f;

    private Vector3 Center => new(CenterX, CenterY, Depth);

    /// <summary>A point of the photo frame where a camera from far away would draw it; its depth is kept.</summary>
    public Vector3 Flatten(Vector3 photo)
    {
        var from = photo - Center;
        float shrink = Shrink(from.Z);
        return Center + from * new Vector3(shrink, shrink, 1);
    }

    /// <summary>The opposite of <see cref="Flatten"/>.</summary>
    public Vector3 Apply(Vector3 flat)
    {
        var from = flat - Center;
        float grow = 1 / Shrink(from.Z);
        return Center + from * new Vector3(grow, grow, 1);
    }

    /// <summary>The direction of a surface's normal at a point of the photo frame once it is flattened; of any length.</summary>
    public Vector3 FlattenNormal(Vector3 photo, Vector3 normal)
    {
        // By the inverse transpose of the derivative of Flatten.
        var from = photo - Center;
        float shrink = Shrink(from.Z);
        return new Vector3(normal.X, normal.Y, shrink * normal.Z + Strength * (from.X * normal.X + from.Y * normal.Y));
    }

    /// <summary>The opposite of <see cref="FlattenNormal"/>.</summary>
    /// <param name="photo">The point as the photo has it.</param>
    /// <param name="flat">The normal there once the point is flattened.</param>
    public Vector3 ApplyNormal(Vector3 photo, Vector3 flat)
    {
        var from = photo - Center;
        return new Vector3(flat.X, flat.Y, (flat.Z - Strength * (from.X * flat.X + from.Y * flat.Y)) / Shrink(from.Z));
    }

    /// <summary>
    /// <see cref="Apply"/> as a matrix for row vectors: (flat, 1) * M, divided by its fourth number, has x and y of the photo. A matrix
    /// cannot keep the depth; its z is that of the middle there, and still grows towards the camera.
    /// </summary>
    public Matrix4x4 Matrix => Matrix4x4.Identity with
    {
        M31 = -Strength * CenterX,
        M32 = -Strength * CenterY,
        M33 = 1 - Strength * Depth,
        M34 = -Strength,
        M41 = Strength * Depth * CenterX,
        M42 = Strength * Depth * CenterY,
        M43 = Strength * Depth * Depth,
        M44 = 1 + Strength * Depth,
    };

    /// <summary>The perspective of a crop in the photo that it was taken from.</summary>
    /// <param name="crop">This one's place and size; this one is in pixels of <paramref name="size"/>.</param>
    /// <param name="size">Pixels of the crop's side here.</param>
    public Perspective ToPhoto(HeadCrop crop, int size)
    {
        var center = crop.CropToPhoto(new Vector2(CenterX, CenterY) / size);
        float scale = crop.Size / size;
        var photo = new Perspective(center.X, center.Y, Strength / scale, Depth * scale);
        return float.IsFinite(photo.CenterX + photo.CenterY + photo.Strength) && photo.Strength > 0 ? photo : default;
    }

    private float Shrink(float depth) => MathF.Max(1 - Strength * depth, Least);
}
