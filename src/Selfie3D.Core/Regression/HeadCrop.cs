using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// A square of a photo, turned so that the head is upright in it. Unit crop coordinates run from 0 to 1 over the square
/// (pixel i of an S-pixel crop has its centre at (i + 0.5) / S); unit z 0.5 is the middle of the crop's volume, larger is nearer.
/// </summary>
/// <param name="CenterX">Middle of the square, photo pixels.</param>
/// <param name="CenterY">Middle of the square, photo pixels, downwards.</param>
/// <param name="Size">Side of the square, photo pixels.</param>
/// <param name="RollDegrees">Clockwise turn of the square against the photo.</param>
public readonly record struct HeadCrop(float CenterX, float CenterY, float Size, float RollDegrees)
{
    /// <summary>Unit crop coordinates to photo pixels.</summary>
    public Vector2 CropToPhoto(Vector2 unit)
    {
        var (sin, cos) = SinCos();
        float x = (unit.X - 0.5f) * Size, y = (unit.Y - 0.5f) * Size;
        return new Vector2(CenterX + cos * x - sin * y, CenterY + sin * x + cos * y);
    }

    /// <summary>Photo pixels to unit crop coordinates.</summary>
    public Vector2 PhotoToCrop(Vector2 photo)
    {
        var (sin, cos) = SinCos();
        float x = photo.X - CenterX, y = photo.Y - CenterY;
        return new Vector2((cos * x + sin * y) / Size + 0.5f, (cos * y - sin * x) / Size + 0.5f);
    }

    /// <summary>Unit crop coordinates with depth to the photo frame, whose z is 0 in the middle of the crop's volume.</summary>
    public Vector3 CropToPhoto(Vector3 unit) =>
        new(CropToPhoto(new Vector2(unit.X, unit.Y)), (unit.Z - 0.5f) * Size);

    /// <summary>The photo frame (z = 0 in the middle of the crop's volume) to unit crop coordinates with depth.</summary>
    public Vector3 PhotoToCrop(Vector3 photo) =>
        new(PhotoToCrop(new Vector2(photo.X, photo.Y)), photo.Z / Size + 0.5f);

    /// <summary>A direction of the crop's axes in the photo's axes; lengths are kept.</summary>
    public Vector3 DirectionToPhoto(Vector3 direction)
    {
        var (sin, cos) = SinCos();
        return new Vector3(cos * direction.X - sin * direction.Y, sin * direction.X + cos * direction.Y, direction.Z);
    }

    /// <summary>The same square of a photo that is <paramref name="factor"/> times as large.</summary>
    public HeadCrop Scale(float factor) => new(CenterX * factor, CenterY * factor, Size * factor, RollDegrees);

    /// <summary>A square around the same middle that is <paramref name="factor"/> times as large.</summary>
    public HeadCrop Grow(float factor) => this with { Size = Size * factor };

    private (float Sin, float Cos) SinCos() => MathF.SinCos(RollDegrees * (MathF.PI / 180));
}
