using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Tests.Meshing;

namespace Selfie3D.Tests.Texturing;

/// <summary>
/// An ellipsoid with painted skin and hair, photographed from any side before a magenta wall: every colour is known.
/// </summary>
internal sealed class SyntheticHead
{
    public static readonly Vector3 Center = new(0, -0.01f, 0);
    public static readonly Vector3 Radii = new(0.078f, 0.125f, 0.098f);
    public static readonly Vector3 EarCenter = new(0.077f, -0.02f, -0.012f);
    public static readonly Vector3 EarRadii = new(0.014f, 0.03f, 0.017f);
    private const float PixelsPerMetre = 1600;
    private const int PhotoSize = 512;

    private readonly Func<Vector3, Vector3>? _light;
    private readonly Func<Vector3, Vector3> _paint;

    /// <param name="yawDegrees">How far the head is turned.</param>
    /// <param name="light">Its colour by normal, head frame; null for the same everywhere.</param>
    /// <param name="paint">RGB of places on the head; null for <see cref="Paint"/>.</param>
    public SyntheticHead(float yawDegrees = 0, Func<Vector3, Vector3>? light = null, Func<Vector3, Vector3>? paint = null)
    {
        (_light, _paint) = (light, paint ?? Paint);
        // Photo frame of the mean face: y down, turned to the left edge of the picture.
        var turn = Matrix4x4.CreateRotationY(-yawDegrees * MathF.PI / 180);
        Vector3[] landmarks =
        [
            .. MeanFace.Points.Select(p => PixelsPerMetre * Vector3.Transform(p, turn) * new Vector3(1, -1, 1)),
        ];
        // The head in the middle of the photo, and its middle at z = 0.
        var shift = new Vector3(PhotoSize / 2f, PhotoSize / 2f, 0) - HeadFrame.FromLandmarks(landmarks).ToPhoto(Center);
        Frame = HeadFrame.FromLandmarks([.. landmarks.Select(p => p + shift)]);
        Crop = new HeadCrop(Frame.ToPhoto(Center).X, Frame.ToPhoto(Center).Y, 470, 0);
        Photo = TakePhoto();
    }

    public HeadFrame Frame { get; }

    public HeadCrop Crop { get; }

    public RgbImage Photo { get; }

    /// <param name="size">Voxels along a side.</param>
    /// <param name="ears">Whether it has ears, around <see cref="EarCenter"/> and its mirror image.</param>
    public Mesh PhotoMesh(int size = 80, bool ears = false)
    {
        var scale = size / Crop.Size;
        return Isosurface.Extract(Shapes.Volume(size, voxel =>
        {
            var p = Frame.ToHead(Crop.CropToPhoto(voxel / size));
            var distance = Distance(p - Center, Radii);
            if (ears) distance = MathF.Min(distance, Distance(p with { X = MathF.Abs(p.X) } - EarCenter, EarRadii));
            return distance * Frame.PixelsPerMetre * scale;
        }, Crop));

        // Exact enough near the surface: the level set over the length of its gradient.
        static float Distance(Vector3 q, Vector3 radii)
        {
            var level = (q / radii).Length();
            return level * (level - 1) / MathF.Max(1e-6f, (q / (radii * radii)).Length());
        }
    }

    /// <summary>Paints an ear into the photo, on the side that the camera sees.</summary>
    /// <param name="color">RGB.</param>
    /// <param name="back">How far it lies behind the head's, metres.</param>
    public void PaintEar(Vector3 color, float back)
    {
        const float Fine = 0.0003f;
        var side = MathF.Sign(Frame.ViewDirection.X);
        for (var z = -EarRadii.Z; z < EarRadii.Z; z += Fine)
            for (var y = -EarRadii.Y; y < EarRadii.Y; y += Fine)
            {
                if (new Vector2(z / EarRadii.Z, y / EarRadii.Y).LengthSquared() > 1) continue;
                var pixel = Frame.ToPhoto(new Vector3(side * (EarCenter.X + EarRadii.X / 2), EarCenter.Y + y, EarCenter.Z + z - back));
                var at = 3 * ((int)pixel.Y * PhotoSize + (int)pixel.X);
                (Photo.Pixels[at], Photo.Pixels[at + 1], Photo.Pixels[at + 2]) = ((byte)color.X, (byte)color.Y, (byte)color.Z);
            }
    }

    /// <summary>RGB of a place on the head; the same on both halves.</summary>
    public static Vector3 Paint(Vector3 head)
    {
        var hair = head.Y > 0.055f || head.Z < 0;
        if (hair) return new Vector3(70, 45, 30);
        return new Vector3(190 + 250 * MathF.Abs(head.X), 145 + 200 * head.Y, 115 + 20 * MathF.Sin(60 * head.Y));
    }

    private RgbImage TakePhoto()
    {
        var photo = new RgbImage(PhotoSize, PhotoSize);
        var along = Frame.DirectionToHead(Vector3.UnitZ);
        for (var y = 0; y < PhotoSize; y++)
        {
            for (var x = 0; x < PhotoSize; x++)
            {
                var color = new Vector3(255, 0, 255);
                var from = (Frame.ToHead(new Vector3(x + 0.5f, y + 0.5f, 0)) - Center) / Radii;
                var step = along / Radii;
                float a = step.LengthSquared(), b = Vector3.Dot(from, step), c = from.LengthSquared() - 1;
                if (b * b - a * c is var root and > 0)
                {
                    var onSphere = from + step * ((MathF.Sqrt(root) - b) / a);
                    color = _paint(Center + Radii * onSphere) * (_light?.Invoke(Vector3.Normalize(onSphere / Radii)) ?? Vector3.One);
                }
                var at = 3 * (y * PhotoSize + x);
                (photo.Pixels[at], photo.Pixels[at + 1], photo.Pixels[at + 2]) = ((byte)color.X, (byte)color.Y, (byte)color.Z);
            }
        }
        return photo;
    }
}
