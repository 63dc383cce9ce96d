using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;

namespace Selfie3D.Regression;

/// <summary>
/// One head in the making: everything of the regression but the networks, so that those may run here or on another machine.
/// Ask for <see cref="NextCrop"/> and give the landmark network's answer to <see cref="Place"/> until there is no next crop;
/// then give the volume network <see cref="VolumeInput"/>, and its answer to <see cref="Finish"/>.
/// </summary>
public sealed class HeadEstimation
{
    private const int Crop = HeadNetworks.CropSize;

    private readonly RgbImage _image;
    private readonly HeadShaper _shaper;
    private readonly HeadRegressorOptions _options;
    private readonly float[] _planes = new float[HeadNetworks.CropLength];
    private HeadCrop _look;
    private HeadCrop _volumeCrop;
    private int _passes;
    private Vector3[] _landmarks = [];
    private Vector3[] _prior = [];
    private Vector3[]? _before;
    private float _confidence;
    private float _drift;
    private HeadPose _pose;
    private Perspective _perspective;

    /// <summary>Begins with a face.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>.</param>
    /// <param name="shaper"><see cref="HeadNetworks.Shaper"/>.</param>
    /// <param name="options">Resolution and looks.</param>
    internal HeadEstimation(RgbImage image, FaceBox face, HeadShaper shaper, HeadRegressorOptions options)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(options);
        (_image, _shaper, _options) = (image, shaper, options);
        _look = HeadCrops.FromFace(face);
    }

    /// <summary>Whether the next crop's answer has to hold the head prior: it is the last look.</summary>
    public bool NeedsPrior => _passes == _options.LandmarkPasses - 1;

    /// <summary>The crop that the landmark network has to look at, [rgb, y, x], 0..1; null when it has looked enough.</summary>
    /// <remarks>The array is used again by later calls.</remarks>
    public float[]? NextCrop()
    {
        if (_passes == _options.LandmarkPasses)
            return null;
        ImageSampler.SampleCrop(_image, _look, Crop, _planes);
        return _planes;
    }

    /// <summary>Takes the landmark network's answer to the last crop.</summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ReconstructionFailed"/>: the numbers make no head.</exception>
    public void Place(LandmarkAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var found = ToPhoto(answer.Landmarks, _look);
        if (!NeedsPrior)
        {
            _before = found;
            _look = HeadCrops.FromLandmarks(found, Frame(found).InPlaneRollDegrees);
            _passes++;
            return;
        }

        _landmarks = found;
        _prior = ToPhoto(answer.Prior, _look);
        _confidence = answer.Confidence;
        _drift = _before is null ? 0 : Drift(_before, found, HeadCrops.FaceSide(found, Frame(found).InPlaneRollDegrees));
        _pose = Frame(found).Pose;
        (_volumeCrop, float middleZ) = HeadCrops.FromPrior(_prior, _look.RollDegrees);
        if (!float.IsFinite(_volumeCrop.Size) || _volumeCrop.Size <= 0)
            throw Failed();
        Shift(_landmarks, -middleZ);
        Shift(_prior, -middleZ);
        _perspective = answer.Camera.ToPhoto(_look, Crop) with { Depth = -middleZ };
        _passes++;
    }

    /// <summary>What the volume network needs: the crop, and the placed prior as truncated distances, voxels.</summary>
    public (float[] Crop, float[] Prior) VolumeInput()
    {
        const int V = HeadNetworks.VolumeSize;
        float[] prior = SurfaceVoxelizer.Voxelize(HeadShaper.ToVoxels(_prior, _volumeCrop, V), _shaper.Triangles, V, HeadNetworks.Truncation);
        ImageSampler.SampleCrop(_image, _volumeCrop, Crop, _planes);
        return (_planes, prior);
    }

    /// <summary>Makes the result of the volume network's answer.</summary>
    /// <param name="corrected">Distances, voxels of the network's grid.</param>
    public HeadEstimate Finish(float[] corrected) => new()
    {
        Volume = _shaper.Shape(corrected, _prior, _landmarks, _perspective, _volumeCrop, _options.VolumeSize, HeadNetworks.Truncation),
        Landmarks68 = _landmarks,
        Perspective = _perspective,
        Pose = _pose,
        Confidence = Math.Clamp(_confidence, 0, 1),
        Drift = _drift,
    };

    /// <summary>Crop pixels (z in the same pixels, any origin) to the photo frame.</summary>
    internal static Vector3[] ToPhoto(ReadOnlySpan<float> values, HeadCrop crop)
    {
        var points = new Vector3[values.Length / 3];
        for (int i = 0; i < points.Length; i++)
        {
            var point = new Vector3(values[3 * i], values[3 * i + 1], values[3 * i + 2]);
            if (!float.IsFinite(point.X + point.Y + point.Z))
                throw Failed();
            var photo = crop.CropToPhoto(new Vector2(point.X, point.Y) / Crop);
            points[i] = new Vector3(photo, point.Z * crop.Size / Crop);
        }

        return points;
    }

    /// <summary>The head frame of landmarks in the photo frame.</summary>
    internal static HeadFrame Frame(Vector3[] landmarks)
    {
        try
        {
            return HeadFrame.FromLandmarks(landmarks);
        }
        catch (ArgumentException)
        {
            throw Failed();
        }
    }

    private static void Shift(Vector3[] points, float z)
    {
        for (int i = 0; i < points.Length; i++)
            points[i].Z += z;
    }

    private static SelfieException Failed() => new(ErrorCodes.ReconstructionFailed,
        "A face was found, but no head could be made of it. Use a sharper, better lit photo.");

    // Mean distance between the landmarks of two passes, as a share of the face's side.
    private static float Drift(Vector3[] first, Vector3[] second, float side)
    {
        float drift = 0;
        for (int i = 0; i < first.Length; i++)
            drift += Vector2.Distance(new(first[i].X, first[i].Y), new(second[i].X, second[i].Y));
        return drift / (first.Length * side);
    }
}
