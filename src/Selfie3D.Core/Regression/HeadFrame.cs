using System.Numerics;

namespace Selfie3D.Regression;

/// <summary>
/// Between the photo frame (pixels, y down) and the head frame (metres, right-handed, +x the subject's left, +y up,
/// +z out of the face, origin midway between the eyes moved back to the middle of the head): a similarity, after the camera's
/// <see cref="Perspective"/> has been taken out of the photo.
/// </summary>
public sealed class HeadFrame
{
    /// <summary>Distance between the pupils that is assumed when none is given, millimetres (adult mean).</summary>
    public const float DefaultPupilDistanceMm = 63;

    // The middle of the head lies this far behind the eye landmarks at the default pupil distance (ICT mean head).
    private const float EyesToHeadMiddle = 0.078f;

    private readonly Matrix4x4 _headToCamera, _cameraToHead; // row-vector convention: camera = head * M, camera y up
    private readonly Vector3 _originFlat, _aside; // without perspective; towards the head's left
    private readonly Perspective _perspective;

    private HeadFrame(Matrix4x4 headToCamera, Vector3 originFlat, Perspective perspective, float pixelsPerMetre, HeadPose pose)
    {
        (_headToCamera, _cameraToHead) = (headToCamera, Matrix4x4.Transpose(headToCamera));
        (_originFlat, _perspective) = (originFlat, perspective);
        _aside = DirectionToPhoto(Vector3.UnitX);
        PixelsPerMetre = pixelsPerMetre;
        Pose = pose;
    }

    /// <summary>Photo pixels per metre of the head, at its middle.</summary>
    public float PixelsPerMetre { get; }

    /// <summary>The pose that the frame was made with.</summary>
    public HeadPose Pose { get; }

    /// <summary>
    /// Angle of the head's up axis in the photo, above 0 when the top of the head leans to the image's right. Unlike the roll
    /// of <see cref="Pose"/> it means the same in profile.
    /// </summary>
    public float InPlaneRollDegrees
    {
        get
        {
            var up = DirectionToPhoto(Vector3.UnitY);
            return MathF.Atan2(up.X, -up.Y) * (180 / MathF.PI);
        }
    }

    /// <summary>
    /// Head frame (metres) to photo frame (pixels) for row vectors: (photo, 1) = (head, 1) * M divided by its fourth number. Read row
    /// by row it is the column-major matrix that glTF and three.js use. Its z only grows towards the camera
    /// (<see cref="Perspective.Matrix"/>).
    /// </summary>
    public Matrix4x4 HeadToPhoto
    {
        get
        {
            var matrix = _headToCamera * Matrix4x4.CreateScale(PixelsPerMetre, -PixelsPerMetre, PixelsPerMetre);
            matrix.Translation = _originFlat;
            return matrix * _perspective.Matrix;
        }
    }

    /// <summary>The direction towards the camera, in the head frame.</summary>
    public Vector3 ViewDirection => DirectionToHead(Vector3.UnitZ);

    /// <summary>Fits the frame to 68 landmarks (weighted similarity to a mean face; Umeyama, PAMI 1991).</summary>
    /// <param name="landmarks68">Photo frame, pixels, AFLW definition.</param>
    /// <param name="pupilDistanceMm">Distance between the pupils that fixes the scale, millimetres.</param>
    /// <param name="perspective">Of the photo's camera; by default it is far away.</param>
    /// <exception cref="ArgumentException">Not 68 points, or all in one place.</exception>
    public static HeadFrame FromLandmarks(
        ReadOnlySpan<Vector3> landmarks68, float pupilDistanceMm = DefaultPupilDistanceMm, Perspective perspective = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pupilDistanceMm);
        if (landmarks68.Length != 68)
            throw new ArgumentException($"{landmarks68.Length} landmarks; 68 are needed.", nameof(landmarks68));

        Span<Vector3> camera = stackalloc Vector3[68];
        Span<float> weights = stackalloc float[68];
        for (int i = 0; i < 68; i++)
        {
            camera[i] = perspective.Flatten(landmarks68[i]) * new Vector3(1, -1, 1);
            weights[i] = IsRigid(i) ? 1 : 0;
        }

        var (rotation, fittedScale) = Similarity.Fit(MeanFace.Points, camera, weights);
        if (!float.IsFinite(fittedScale) || fittedScale <= 0)
            throw new ArgumentException("The landmarks span no volume.", nameof(landmarks68));

        Vector3 rightEye = Mean(camera[36..42]), leftEye = Mean(camera[42..48]);
        float meanEyeDistance = Vector3.Distance(Mean(MeanFace.Points.AsSpan(36, 6)), Mean(MeanFace.Points.AsSpan(42, 6)));

        // The eyes fix the scale by definition; the whole face bounds it where an eye was placed badly.
        float fittedEyeDistance = fittedScale * meanEyeDistance;
        float eyeDistance = Math.Clamp(Vector3.Distance(rightEye, leftEye), 0.85f * fittedEyeDistance, 1.15f * fittedEyeDistance);
        float pixelsPerMetre = eyeDistance / (pupilDistanceMm / 1000);

        float backMetres = EyesToHeadMiddle * pupilDistanceMm / DefaultPupilDistanceMm;
        var forward = Vector3.TransformNormal(Vector3.UnitZ, rotation);
        var originCamera = (rightEye + leftEye) / 2 - forward * (backMetres * pixelsPerMetre);
        return new HeadFrame(rotation, originCamera * new Vector3(1, -1, 1), perspective, pixelsPerMetre, PoseOf(rotation));
    }

    /// <summary>A point of the photo frame (pixels) in the head frame (metres).</summary>
    public Vector3 ToHead(Vector3 photo) => DirectionToHead(_perspective.Flatten(photo) - _originFlat) / PixelsPerMetre;

    /// <summary>A point of the head frame (metres) in the photo frame (pixels).</summary>
    public Vector3 ToPhoto(Vector3 head) => _perspective.Apply(_originFlat + DirectionToPhoto(head) * PixelsPerMetre);

    /// <summary>Where the mirror image of a point of the photo frame lies there, on the other half of the head.</summary>
    public Vector3 Mirror(Vector3 photo)
    {
        var flat = _perspective.Flatten(photo);
        return _perspective.Apply(flat - 2 * Vector3.Dot(flat - _originFlat, _aside) * _aside);
    }

    /// <summary>The normal that a surface's mirror image has in the photo frame.</summary>
    /// <param name="photo">A point of the surface, photo frame.</param>
    /// <param name="image"><see cref="Mirror"/> of it.</param>
    /// <param name="normal">Of the surface there.</param>
    /// <returns>A unit vector.</returns>
    public Vector3 MirrorNormal(Vector3 photo, Vector3 image, Vector3 normal)
    {
        var flat = _perspective.FlattenNormal(photo, normal);
        return Vector3.Normalize(_perspective.ApplyNormal(image, flat - 2 * Vector3.Dot(flat, _aside) * _aside));
    }

    /// <summary>The normal of a surface at a point of the photo frame, in the head frame; of any length.</summary>
    public Vector3 NormalToHead(Vector3 photo, Vector3 normal) => DirectionToHead(_perspective.FlattenNormal(photo, normal));

    /// <summary>A direction of the photo frame without its perspective in the head frame; lengths are kept.</summary>
    public Vector3 DirectionToHead(Vector3 photo) => Vector3.TransformNormal(photo * new Vector3(1, -1, 1), _cameraToHead);

    /// <summary>A direction of the head frame in the photo frame without its perspective; lengths are kept.</summary>
    public Vector3 DirectionToPhoto(Vector3 head) =>
        Vector3.TransformNormal(head, _headToCamera) * new Vector3(1, -1, 1);

    // R (column vectors) = Rx(pitch) Ry(yaw) Rz(roll) with 3DDFA's signs; M is its transpose.
    private static HeadPose PoseOf(in Matrix4x4 m)
    {
        const float Degrees = 180 / MathF.PI;
        float yaw = MathF.Asin(Math.Clamp(-m.M31, -1, 1));
        return new HeadPose(yaw * Degrees, MathF.Atan2(m.M32, m.M33) * Degrees, MathF.Atan2(m.M21, m.M11) * Degrees);
    }

    // Ear ends of the jaw, brows, nose and eyes: what a moving mouth leaves alone (the training package's RIGID).
    private static bool IsRigid(int point) => point is < 3 or (>= 14 and < 48);

    private static Vector3 Mean(ReadOnlySpan<Vector3> points)
    {
        var sum = Vector3.Zero;
        foreach (var point in points)
            sum += point;
        return sum / points.Length;
    }
}
