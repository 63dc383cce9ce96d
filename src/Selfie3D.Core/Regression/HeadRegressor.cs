using System.Numerics;
using Selfie3D.Detection;
using Selfie3D.Imaging;

namespace Selfie3D.Regression;

/// <summary>
/// From a face in a photo to its head: landmarks and a head prior (<c>head-landmarks.onnx</c>, twice: the second time on a
/// crop placed by the first), then the volume that corrects the prior (<c>head-volume.onnx</c>). Safe to share between threads.
/// </summary>
public sealed class HeadRegressor : IDisposable
{
    /// <summary>File name of the landmark model.</summary>
    public const string LandmarkModelFileName = "head-landmarks.onnx";

    /// <summary>File name of the volume model.</summary>
    public const string VolumeModelFileName = "head-volume.onnx";

    /// <summary>Voxels along each axis of the volume network.</summary>
    public const int NetworkVolumeSize = 64;

    // Voxels of the network's grid; part of the volume model's contract.
    private const int Truncation = 3;
    private const int Crop = HeadCrops.NetworkSize;

    private static readonly string[] CropInput = ["crop"], VolumeInputs = ["crop", "prior"], VolumeOutputs = ["distance"];
    private static readonly string[] LandmarkOutputs = ["landmarks", "confidence"], AllOutputs = ["landmarks", "confidence", "prior"];

    private readonly OnnxModel _landmarkModel;
    private readonly OnnxModel _volumeModel;
    private readonly int[] _priorTriangles;
    private readonly HeadRegressorOptions _options;

    /// <summary>Loads the models.</summary>
    /// <param name="landmarkModelPath">Path of <see cref="LandmarkModelFileName"/>.</param>
    /// <param name="volumeModelPath">Path of <see cref="VolumeModelFileName"/>.</param>
    /// <param name="options">Resolution.</param>
    /// <param name="inference">Threads.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ModelUnusable"/>.</exception>
    public HeadRegressor(
        string landmarkModelPath, string volumeModelPath, HeadRegressorOptions? options = null, InferenceOptions? inference = null)
    {
        _options = options ?? new HeadRegressorOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.VolumeSize, NetworkVolumeSize / 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.LandmarkPasses, 1, nameof(options));
        inference ??= new InferenceOptions();
        _landmarkModel = new OnnxModel(landmarkModelPath, inference, [("crop", [1, 3, Crop, Crop])],
            [("landmarks", [1, 68, 3]), ("prior", [1, -1, 3]), ("confidence", [1]), ("prior_triangles", [-1, 3])]);
        try
        {
            const int V = NetworkVolumeSize;
            _volumeModel = new OnnxModel(volumeModelPath, inference,
                [("crop", [1, 3, Crop, Crop]), ("prior", [1, V, V, V])], [("distance", [1, V, V, V])]);
            _priorTriangles = ReadPriorTriangles();
        }
        catch
        {
            _volumeModel?.Dispose();
            _landmarkModel.Dispose();
            throw;
        }
    }

    /// <summary>File names and versions of the models.</summary>
    public IReadOnlyList<(string FileName, string Version)> Models =>
        [(_landmarkModel.FileName, _landmarkModel.Version), (_volumeModel.FileName, _volumeModel.Version)];

    /// <summary>Estimates the head of one face.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>.</param>
    /// <returns>Volume, landmarks and pose, in pixels of <paramref name="image"/>.</returns>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ReconstructionFailed"/>: the network's numbers make no head.</exception>
    public HeadEstimate Estimate(RgbImage image, FaceBox face)
    {
        ArgumentNullException.ThrowIfNull(image);
        var planes = new float[3 * Crop * Crop];

        var look = HeadCrops.FromFace(face);
        Vector3[]? before = null;
        for (int pass = 1; pass < _options.LandmarkPasses; pass++)
        {
            (before, _, _) = FindLandmarks(image, look, planes, withPrior: false);
            look = HeadCrops.FromLandmarks(before, Frame(before).InPlaneRollDegrees);
        }

        var (landmarks, prior, confidence) = FindLandmarks(image, look, planes, withPrior: true);
        float drift = before is null ? 0 : FaceWitness.Drift(before, landmarks, HeadCrops.FaceSide(landmarks, Frame(landmarks).InPlaneRollDegrees));
        var pose = Frame(landmarks).Pose;

        var (crop, middleZ) = HeadCrops.FromPrior(prior, look.RollDegrees);
        if (!float.IsFinite(crop.Size) || crop.Size <= 0)
            throw Failed();
        Shift(landmarks, -middleZ);
        Shift(prior, -middleZ);
        float[] distance = RegressVolume(image, crop, prior, planes);
        return new HeadEstimate
        {
            Volume = new HeadVolume(_options.VolumeSize, distance, crop),
            Landmarks68 = landmarks,
            Pose = pose,
            Confidence = Math.Clamp(confidence, 0, 1),
            Drift = drift,
        };
    }

    /// <summary>What the landmark network says of a box that may hold a face: log-odds for <see cref="FaceDetector"/>.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>.</param>
    /// <returns>Above 0 where it looks like a face, below 0 where it does not.</returns>
    public float FaceEvidence(RgbImage image, FaceBox face)
    {
        ArgumentNullException.ThrowIfNull(image);
        var planes = new float[3 * Crop * Crop];
        try
        {
            var (first, _, _) = FindLandmarks(image, HeadCrops.FromFace(face), planes, withPrior: false);
            var look = HeadCrops.FromLandmarks(first, Frame(first).InPlaneRollDegrees);
            var (second, _, confidence) = FindLandmarks(image, look, planes, withPrior: false);
            return FaceWitness.LogOdds(FaceWitness.Drift(first, second, HeadCrops.FaceSide(second, Frame(second).InPlaneRollDegrees)), confidence);
        }
        catch (SelfieException)
        {
            return FaceWitness.Lowest; // no head can be made of what is there
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _landmarkModel.Dispose();
        _volumeModel.Dispose();
    }

    private (Vector3[] Landmarks, Vector3[] Prior, float Confidence) FindLandmarks(RgbImage image, HeadCrop crop, float[] planes, bool withPrior)
    {
        ImageSampler.SampleCrop(image, crop, Crop, planes);
        using var input = OnnxModel.Tensor(planes, 1, 3, Crop, Crop);
        using var results = _landmarkModel.Run(CropInput, [input], withPrior ? AllOutputs : LandmarkOutputs);
        return (ToPhoto(results[0].GetTensorDataAsSpan<float>(), crop),
            withPrior ? ToPhoto(results[2].GetTensorDataAsSpan<float>(), crop) : [],
            results[1].GetTensorDataAsSpan<float>()[0]);
    }

    private float[] RegressVolume(RgbImage image, HeadCrop crop, Vector3[] prior, float[] planes)
    {
        const int V = NetworkVolumeSize;
        float[] coarse = SurfaceVoxelizer.Voxelize(ToVoxels(prior, crop, V), _priorTriangles, V, Truncation);
        ImageSampler.SampleCrop(image, crop, Crop, planes);
        using var cropInput = OnnxModel.Tensor(planes, 1, 3, Crop, Crop);
        using var priorInput = OnnxModel.Tensor(coarse, 1, V, V, V);
        using var results = _volumeModel.Run(VolumeInputs, [cropInput, priorInput], VolumeOutputs);
        var corrected = results[0].GetTensorDataAsSpan<float>();
        int size = _options.VolumeSize;
        if (size == V)
            return corrected.ToArray();

        int truncation = (int)MathF.Ceiling((float)Truncation * size / V);
        var voxels = ToVoxels(prior, crop, size);
        float[] fine = SurfaceVoxelizer.Voxelize(voxels, _priorTriangles, size, truncation);
        TriangleBand.Refine(fine, voxels, _priorTriangles, size);
        VolumeUpsampler.AddCorrection(fine, size, coarse, corrected, V, truncation);
        return fine;
    }

    private static Vector3[] ToVoxels(Vector3[] points, HeadCrop crop, int size)
    {
        var voxels = new Vector3[points.Length];
        for (int i = 0; i < voxels.Length; i++)
            voxels[i] = crop.PhotoToCrop(points[i]) * size;
        return voxels;
    }

    // The triangles are a constant of the graph: one run on black reads them, and warms the session up.
    private int[] ReadPriorTriangles()
    {
        using var input = OnnxModel.Tensor(new float[3 * Crop * Crop], 1, 3, Crop, Crop);
        using var results = _landmarkModel.Run(CropInput, [input], ["prior_triangles", "prior"]);
        var triangles = results[0].GetTensorDataAsSpan<long>();
        int vertices = results[1].GetTensorDataAsSpan<float>().Length / 3;
        var indices = new int[triangles.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            if (triangles[i] < 0 || triangles[i] >= vertices)
            {
                throw new SelfieException(ErrorCodes.ModelUnusable,
                    $"The model {_landmarkModel.FileName} has triangles beyond its {vertices} vertices. Install it again.");
            }

            indices[i] = (int)triangles[i];
        }

        return indices;
    }

    // Crop pixels (z in the same pixels, any origin) to the photo frame.
    private static Vector3[] ToPhoto(ReadOnlySpan<float> values, HeadCrop crop)
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

    private static HeadFrame Frame(Vector3[] landmarks)
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
}
