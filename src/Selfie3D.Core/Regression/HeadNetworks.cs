using System.Buffers;

namespace Selfie3D.Regression;

/// <summary>What the landmark network says of one crop.</summary>
/// <param name="Landmarks">68 * 3 values, [point, xyz]: crop pixels, z in the same pixels.</param>
/// <param name="Confidence">How far the landmarks are to be trusted, about 0..1.</param>
/// <param name="Prior">Vertices of the head prior, [vertex, xyz], in the same frame; empty when it was not asked for.</param>
public sealed record LandmarkAnswer(float[] Landmarks, float Confidence, float[] Prior)
{
    /// <summary>Log-odds that the crop shows a face.</summary>
    public float FaceLogOdds { get; init; }

    /// <summary>Of the camera, crop pixels; with the depths of the landmarks and the prior.</summary>
    public Perspective Camera { get; init; }
}

/// <summary>
/// The two head networks (<c>head-landmarks.onnx</c>, <c>head-volume.onnx</c>) for one crop or several at once. Safe to share
/// between threads. What lies between their calls is <see cref="HeadEstimation"/>.
/// </summary>
public sealed class HeadNetworks : IDisposable
{
    /// <summary>Side of a crop, pixels.</summary>
    public const int CropSize = HeadCrops.NetworkSize;

    /// <summary>Values of a crop: [rgb, y, x], 0..1.</summary>
    public const int CropLength = 3 * CropSize * CropSize;

    /// <summary>Voxels along each axis of the volume network.</summary>
    public const int VolumeSize = 64;

    /// <summary>Values of a volume: [z, y, x], x fastest, voxels.</summary>
    public const int VolumeLength = VolumeSize * VolumeSize * VolumeSize;

    /// <summary>Distances of the prior are cut off at plus and minus this many voxels.</summary>
    public const int Truncation = 3;

    /// <summary>Values of a set of landmarks.</summary>
    public const int LandmarksLength = 68 * 3;

    private static readonly string[] CropInput = ["crop"], VolumeInputs = ["crop", "prior"], VolumeOutputs = ["distance"];
    private static readonly string[] LandmarkOutputs = ["landmarks", "confidence", "face", "camera"], AllOutputs = ["landmarks", "confidence", "face", "camera", "prior"];

    private readonly OnnxModel _landmarkModel;
    private readonly OnnxModel _volumeModel;

    /// <summary>Loads the models.</summary>
    /// <param name="landmarkModelPath">Path of <see cref="HeadRegressor.LandmarkModelFileName"/>.</param>
    /// <param name="volumeModelPath">Path of <see cref="HeadRegressor.VolumeModelFileName"/>.</param>
    /// <param name="inference">Threads and device.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ModelUnusable"/>.</exception>
    public HeadNetworks(string landmarkModelPath, string volumeModelPath, InferenceOptions? inference = null)
    {
        const int V = VolumeSize;
        inference ??= new InferenceOptions();
        _landmarkModel = new OnnxModel(landmarkModelPath, inference, [("crop", [-1, 3, CropSize, CropSize])],
            [("landmarks", [-1, 68, 3]), ("prior", [-1, -1, 3]), ("confidence", [-1]), ("face", [-1]), ("camera", [-1, 3]), ("prior_triangles", [-1, 3])]);
        try
        {
            _volumeModel = new OnnxModel(volumeModelPath, inference,
                [("crop", [-1, 3, CropSize, CropSize]), ("prior", [-1, V, V, V])], [("distance", [-1, V, V, V])]);
            Shaper = ReadPrior();
        }
        catch
        {
            _volumeModel?.Dispose();
            _landmarkModel.Dispose();
            throw;
        }
    }

    /// <summary>Knows the head prior's triangles and its neck.</summary>
    internal HeadShaper Shaper { get; }

    /// <summary>Vertices of the head prior.</summary>
    public int PriorVertices { get; private set; }

    /// <summary>Where the networks run: <c>cuda</c> or <c>cpu</c>.</summary>
    public string Device => _volumeModel.Device;

    /// <summary>File names and versions of the models.</summary>
    public IReadOnlyList<(string FileName, string Version)> Models =>
        [(_landmarkModel.FileName, _landmarkModel.Version), (_volumeModel.FileName, _volumeModel.Version)];

    /// <summary>Runs the landmark network.</summary>
    /// <param name="crops">The crops one after the other; more space than <paramref name="count"/> crops need is left alone.</param>
    /// <param name="count">How many crops.</param>
    /// <param name="withPrior">Whether the head prior is wanted too.</param>
    public LandmarkAnswer[] FindLandmarks(float[] crops, int count, bool withPrior)
    {
        using var input = OnnxModel.Tensor(crops, count, 3, CropSize, CropSize);
        using var results = _landmarkModel.Run(CropInput, [input], withPrior ? AllOutputs : LandmarkOutputs);
        var landmarks = results[0].GetTensorDataAsSpan<float>();
        var confidence = results[1].GetTensorDataAsSpan<float>();
        var face = results[2].GetTensorDataAsSpan<float>();
        var camera = results[3].GetTensorDataAsSpan<float>();
        var prior = withPrior ? results[4].GetTensorDataAsSpan<float>() : [];
        int priorLength = prior.Length / count;
        var answers = new LandmarkAnswer[count];
        for (int i = 0; i < count; i++)
        {
            answers[i] = new LandmarkAnswer(
                landmarks.Slice(i * LandmarksLength, LandmarksLength).ToArray(), confidence[i], prior.Slice(i * priorLength, priorLength).ToArray())
            {
                FaceLogOdds = face[i],
                Camera = new Perspective(camera[3 * i], camera[3 * i + 1], camera[3 * i + 2], 0),
            };
        }

        return answers;
    }

    /// <summary>Runs the volume network.</summary>
    /// <param name="crops">As in <see cref="FindLandmarks"/>.</param>
    /// <param name="priors">Distances of the placed priors, <see cref="VolumeLength"/> each, voxels, truncated at <see cref="Truncation"/>.</param>
    /// <param name="count">How many heads.</param>
    /// <returns>For each head its corrected distances, voxels.</returns>
    public float[][] CorrectVolumes(float[] crops, float[] priors, int count)
    {
        var answers = new float[count][];
        CorrectVolumes(crops, priors, count, (distance, head) => answers[head] = distance.ToArray());
        return answers;
    }

    /// <summary>Runs the volume network, for callers who write the distances elsewhere at once: a megabyte a head.</summary>
    /// <param name="crops">As above.</param>
    /// <param name="priors">As above.</param>
    /// <param name="count">As above.</param>
    /// <param name="take">Told of each head: its distances, which are gone when this returns, and its number.</param>
    public void CorrectVolumes(float[] crops, float[] priors, int count, ReadOnlySpanAction<float, int> take)
    {
        ArgumentNullException.ThrowIfNull(take);
        using var cropInput = OnnxModel.Tensor(crops, count, 3, CropSize, CropSize);
        using var priorInput = OnnxModel.Tensor(priors, count, VolumeSize, VolumeSize, VolumeSize);
        using var results = _volumeModel.Run(VolumeInputs, [cropInput, priorInput], VolumeOutputs);
        var distance = results[0].GetTensorDataAsSpan<float>();
        for (int i = 0; i < count; i++)
            take(distance.Slice(i * VolumeLength, VolumeLength), i);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _landmarkModel.Dispose();
        _volumeModel.Dispose();
    }

    // The triangles are a constant of the graph: one run on black reads them, and warms the session up.
    private HeadShaper ReadPrior()
    {
        using var input = OnnxModel.Tensor(new float[CropLength], 1, 3, CropSize, CropSize);
        using var results = _landmarkModel.Run(CropInput, [input], ["prior_triangles", "prior"]);
        var triangles = results[0].GetTensorDataAsSpan<long>();
        PriorVertices = results[1].GetTensorDataAsSpan<float>().Length / 3;
        var indices = new int[triangles.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            if (triangles[i] < 0 || triangles[i] >= PriorVertices)
            {
                throw new SelfieException(ErrorCodes.ModelUnusable,
                    $"The model {_landmarkModel.FileName} has triangles beyond its {PriorVertices} vertices. Install it again.");
            }

            indices[i] = (int)triangles[i];
        }

        return new HeadShaper(indices, HeadEstimation.ToPhoto(results[1].GetTensorDataAsSpan<float>(), new HeadCrop(CropSize / 2f, CropSize / 2f, CropSize, 0)));
    }
}
