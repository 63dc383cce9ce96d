using System.Diagnostics;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D;

/// <summary>
/// One photo in, a textured, watertight head out. Loads its models once; make one and keep it. Safe to share between threads.
/// </summary>
public sealed class SelfieReconstructor : IDisposable
{
    private readonly ReconstructorOptions _options;
    private readonly PhotoDecoder _decoder;
    private readonly FaceDetector _detector;
    private readonly HeadRegressor _regressor;

    /// <summary>Loads the models.</summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ModelUnusable"/>.</exception>
    public SelfieReconstructor(ReconstructorOptions? options = null)
    {
        _options = options ?? new ReconstructorOptions();
        _decoder = new PhotoDecoder(_options.Decoder);
        _regressor = new HeadRegressor(ModelPath(HeadRegressor.LandmarkModelFileName), ModelPath(HeadRegressor.VolumeModelFileName),
            _options.Regressor, _options.Inference);
        try
        {
            _detector = new FaceDetector(ModelPath(FaceDetector.ModelFileName), _options.Detector, _options.Inference, _regressor.FaceEvidence);
        }
        catch
        {
            _regressor.Dispose();
            throw;
        }
    }

    /// <summary>Makes the head of the photo's main face, or of the face in the place that the options name.</summary>
    /// <param name="photo">JPEG, PNG, WebP or HEIC, as it is.</param>
    /// <param name="options">What is asked; null for the defaults.</param>
    /// <param name="cancel">Checked between the stages.</param>
    /// <exception cref="SelfieException">The photo cannot be read, shows no face, and so on: see <see cref="ErrorCodes"/>.</exception>
    public SelfieReconstruction Reconstruct(ReadOnlyMemory<byte> photo, SelfieOptions? options = null, CancellationToken cancel = default)
    {
        var clock = Stopwatch.StartNew();
        var decoded = _decoder.Decode(photo);
        return Reconstruct(decoded, options ?? new SelfieOptions(), Milliseconds(clock), cancel);
    }

    /// <summary>The same from pixels.</summary>
    /// <param name="photo">The upright photo.</param>
    /// <param name="options">What is asked; null for the defaults.</param>
    /// <param name="cancel">Checked between the stages.</param>
    /// <exception cref="SelfieException">As above.</exception>
    public SelfieReconstruction Reconstruct(RgbImage photo, SelfieOptions? options = null, CancellationToken cancel = default) =>
        Reconstruct(Photo.FromImage(photo), options ?? new SelfieOptions(), 0, cancel);

    /// <summary>Makes the heads of all faces of a photo that are large enough, the largest first, one by one as they are asked for.</summary>
    /// <param name="photo">JPEG, PNG, WebP or HEIC, as it is.</param>
    /// <param name="options">What is asked; <see cref="SelfieOptions.Face"/> is not used.</param>
    /// <param name="cancel">Checked between the stages.</param>
    /// <exception cref="SelfieException">As above.</exception>
    public IEnumerable<SelfieReconstruction> ReconstructAll(ReadOnlyMemory<byte> photo, SelfieOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new SelfieOptions();
        var clock = Stopwatch.StartNew();
        var decoded = _decoder.Decode(photo);
        double decode = Milliseconds(clock);
        var faces = FaceChoice.All(ToPhoto(_detector.Detect(decoded.Image, everyFace: true), decoded.Scale), options.MinFaceSize);
        double detect = Milliseconds(clock);
        foreach (var face in faces)
        {
            yield return Build(decoded, face, options, decode, detect, cancel);
            (decode, detect) = (0, 0); // counted with the first head
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _detector.Dispose();
        _regressor.Dispose();
    }

    private SelfieReconstruction Reconstruct(Photo photo, SelfieOptions options, double decode, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        var faces = ToPhoto(_detector.Detect(photo.Image, options.Face is not null, options.MinFaceSize * photo.Scale), photo.Scale);
        var face = options.Face is { } place
            ? FaceChoice.At(place, faces, photo.Width, photo.Height, options.MinFaceSize)
            : FaceChoice.Main(faces, photo.Width, photo.Height, options.MinFaceSize);
        return Build(photo, face, options, decode, Milliseconds(clock), cancel);
    }

    private SelfieReconstruction Build(Photo photo, FaceBox face, SelfieOptions options, double decode, double detect, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        var estimate = _regressor.Estimate(photo.Image, face.Scale(photo.Scale));
        double regress = Milliseconds(clock);

        var head = HeadBuilder.Build(photo, face, estimate, options.PupilDistanceMm, _options, cancel);
        return head with
        {
            Models = [_detector.Model, .. _regressor.Models],
            Timings = head.Timings with { Decode = decode, Detect = detect, Regress = regress },
        };
    }

    private string ModelPath(string fileName) => Path.Combine(_options.ModelFolder, fileName);

    private static FaceBox[] ToPhoto(IReadOnlyList<FaceBox> faces, float scale) => [.. faces.Select(face => face.Scale(1 / scale))];

    // Reads and restarts the clock.
    private static double Milliseconds(Stopwatch clock)
    {
        double elapsed = clock.Elapsed.TotalMilliseconds;
        clock.Restart();
        return elapsed;
    }
}
