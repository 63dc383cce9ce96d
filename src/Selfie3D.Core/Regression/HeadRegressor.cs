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
    public const int NetworkVolumeSize = HeadNetworks.VolumeSize;

    private const float WorthTurning = 0.5f;                       // score of the detector
    private const float DoubtfulConfidence = 0.6f;                 // an expected error of 2.5 % of the crop
    private static readonly float[] OtherTurns = [90, -90, 180];   // degrees; the network finds faces up to 45 degrees to either side

    private readonly HeadNetworks _networks;
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
        _networks = new HeadNetworks(landmarkModelPath, volumeModelPath, inference);
    }

    /// <summary>File names and versions of the models.</summary>
    public IReadOnlyList<(string FileName, string Version)> Models => _networks.Models;

    /// <summary>Vertices of the head prior.</summary>
    public int PriorVertices => _networks.PriorVertices;

    /// <summary>Begins the estimate of one head whose networks run elsewhere, with models of the same versions.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>.</param>
    public HeadEstimation Begin(RgbImage image, FaceBox face) => new(image, face, _networks.Shaper, _options);

    /// <summary>Estimates the head of one face.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>.</param>
    /// <returns>Volume, landmarks and pose, in pixels of <paramref name="image"/>.</returns>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ReconstructionFailed"/>: the network's numbers make no head.</exception>
    public HeadEstimate Estimate(RgbImage image, FaceBox face)
    {
        var head = Begin(image, face);
        while (head.NextCrop() is { } crop)
            head.Place(_networks.FindLandmarks(crop, 1, head.NeedsPrior)[0]);
        var (look, prior) = head.VolumeInput();
        return head.Finish(_networks.CorrectVolumes(look, prior, 1)[0]);
    }

    /// <summary>What the landmark network says of a box that may hold a face, for <see cref="FaceDetector"/>.</summary>
    /// <remarks>Where the detector is sure of a face and the network is not, the box may be turned against it: it is looked at from the other sides as well.</remarks>
    /// <param name="image">The upright photo.</param>
    /// <param name="face">In pixels of <paramref name="image"/>, with the detector's score.</param>
    /// <returns>
    /// Log-odds that it is one, the detector's score included; and the box around the landmarks that were found in it, so that what follows
    /// begins with a face that has been looked at twice.
    /// </returns>
    public (float LogOdds, FaceBox Seen) FaceEvidence(RgbImage image, FaceBox face)
    {
        ArgumentNullException.ThrowIfNull(image);
        var planes = new float[HeadNetworks.CropLength];
        try
        {
            var crop = HeadCrops.FromFace(face);
            var surest = LookTwice(image, crop, planes);
            if (face.Score >= WorthTurning && !(surest.FaceLogOdds > 0 && surest.Confidence > DoubtfulConfidence))
            {
                foreach (float turn in OtherTurns)
                {
                    var other = LookTwice(image, crop with { RollDegrees = crop.RollDegrees + turn }, planes);
                    if (LogOdds(other) > LogOdds(surest))
                        surest = other;
                }
            }

            return (LogOdds(surest), HeadCrops.ToFace(surest.Next) with { Score = face.Score });
        }
        catch (SelfieException)
        {
            return (FaceWitness.Lowest, face); // no head can be made of what is there
        }

        float LogOdds(FaceLooks looks) => FaceWitness.LogOdds(face.Score, looks.FaceLogOdds, looks.Confidence);
    }

    /// <inheritdoc/>
    public void Dispose() => _networks.Dispose();

    // The second time on a crop placed by the first; the mean of both log-odds.
    private FaceLooks LookTwice(RgbImage image, HeadCrop crop, float[] planes)
    {
        var first = Look(image, crop, planes);
        var second = Look(image, first.Next, planes);
        return second with { FaceLogOdds = (first.FaceLogOdds + second.FaceLogOdds) / 2 };
    }

    private FaceLooks Look(RgbImage image, HeadCrop crop, float[] planes)
    {
        ImageSampler.SampleCrop(image, crop, HeadNetworks.CropSize, planes);
        var answer = _networks.FindLandmarks(planes, 1, withPrior: false)[0];
        var landmarks = HeadEstimation.ToPhoto(answer.Landmarks, crop);
        return new(HeadCrops.FromLandmarks(landmarks, HeadEstimation.Frame(landmarks).InPlaneRollDegrees), answer.Confidence, answer.FaceLogOdds);
    }

    // What was seen, and the crop around it.
    private readonly record struct FaceLooks(HeadCrop Next, float Confidence, float FaceLogOdds);
}
