using System.Globalization;
using System.Numerics;
using Selfie3D.Imaging;

namespace Selfie3D.Detection;

/// <summary>Finds faces of any pose and any in-plane angle with <c>face-detector.onnx</c>. Safe to share between threads.</summary>
public sealed class FaceDetector : IDisposable
{
    /// <summary>The model's file name.</summary>
    public const string ModelFileName = "face-detector.onnx";

    private const float DefaultThreshold = 0.5f;
    private const float LetterboxGrey = 0.5f; // what the network was trained with
    private const int Stride = 32;

    // Candidates of a pass: their least score, and how many are looked at again where one face or every face is asked for.
    private const float CandidateScore = 0.25f;
    private const int CandidatesForOne = 4, CandidatesForAll = 64;

    // A second look: pixels of its side, and how well what is seen must fit the place where the face has to be.
    private const int LookSide = 160;
    private const float LookFit = 0.45f, LeastLookScore = 0.02f;

    private static readonly string[] Inputs = ["image"], Outputs = ["faces"];

    private readonly OnnxModel _model;
    private readonly FaceDetectorOptions _options;
    private readonly float _threshold;
    private readonly Func<RgbImage, FaceBox, (float LogOdds, FaceBox Seen)>? _witness;

    /// <summary>Loads the model.</summary>
    /// <param name="modelPath">Path of the ONNX file.</param>
    /// <param name="options">Passes and threshold.</param>
    /// <param name="inference">Threads.</param>
    /// <param name="witness">
    /// Has the last word on a candidate in pixels of the photo: log-odds that it is a face, all told, and the box as the witness sees it.
    /// </param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.ModelUnusable"/>.</exception>
    public FaceDetector(
        string modelPath, FaceDetectorOptions? options = null, InferenceOptions? inference = null,
        Func<RgbImage, FaceBox, (float LogOdds, FaceBox Seen)>? witness = null)
    {
        _witness = witness;
        _options = options ?? new FaceDetectorOptions();
        _model = new OnnxModel(modelPath, inference ?? new InferenceOptions(),
            [("image", [1, 3, -1, -1])], [("faces", [1, -1, FaceDecoder.Values])]);
        _threshold = _options.Threshold > 0 ? _options.Threshold : ModelThreshold();
    }

    /// <summary>File name and version of the model.</summary>
    public (string FileName, string Version) Model => (_model.FileName, _model.Version);

    /// <summary>Finds faces, the most certain first; an empty list when there are none.</summary>
    /// <param name="image">The upright photo.</param>
    /// <param name="everyFace">Look on after the first pass that surely finds a face on the photo's upright middle line.</param>
    /// <param name="minFaceSize">Look on while all that is found is smaller than this, pixels of <paramref name="image"/>.</param>
    /// <returns>Boxes in pixels of <paramref name="image"/>.</returns>
    public IReadOnlyList<FaceBox> Detect(RgbImage image, bool everyFace = false, float minFaceSize = 0)
    {
        ArgumentNullException.ThrowIfNull(image);
        var found = new List<FaceBox>();
        int looked = 0;
        foreach (var pass in _options.Passes)
        {
            // A photo without that many pixels is enlarged once at most: a finer look would only see its blur.
            if (looked > 0 && pass.Border == 0 && pass.LongSide > 2 * Math.Max(image.Width, image.Height))
                continue;
            looked++;
            Look(image, pass, everyFace ? CandidatesForAll : CandidatesForOne, found);
            if (!everyFace && found.Exists(face => face.Size >= minFaceSize && face.Score >= _options.SureScore && StandsInTheMiddle(face, image)))
                break;
        }

        return FaceDecoder.OneOfEachHead(found);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    // A face wholly beside the upright middle line may be a bystander's, and the one that the photo is of is still to be found.
    private static bool StandsInTheMiddle(FaceBox face, RgbImage image) => MathF.Abs(face.Center.X - image.Width / 2f) <= face.Width / 2;

    private void Look(RgbImage image, DetectionPass pass, int mostCandidates, List<FaceBox> found)
    {
        float scale = (float)pass.LongSide / Math.Max(image.Width, image.Height);
        int width = Math.Max(1, (int)MathF.Round(image.Width * scale)), height = Math.Max(1, (int)MathF.Round(image.Height * scale));
        int paddedWidth = RoundUp(width + 2 * pass.Border), paddedHeight = RoundUp(height + 2 * pass.Border);
        var corner = new Vector2((paddedWidth - width) / 2, (paddedHeight - height) / 2); // whole pixels
        float step = 1 / scale;
        var planes = new float[3 * paddedWidth * paddedHeight];
        ImageSampler.Sample(image, -corner * step, new Vector2(step, 0), new Vector2(0, step), paddedWidth, paddedHeight, LetterboxGrey, planes);

        float threshold = pass.Threshold > 0 ? pass.Threshold : _threshold;
        var candidates = Run(planes, paddedWidth, paddedHeight, corner, step, MathF.Min(threshold, CandidateScore));
        foreach (var candidate in FaceDecoder.Suppress(candidates).Take(mostCandidates))
        {
            var face = Confirmed(image, candidate);
            if (face.Score >= threshold)
                found.Add(face);
        }
    }

    // The candidate with the mean of its score and of its scores in the second looks, and with what the witness says. Angles are told best of
    // faces that are nearly upright, so every look that sees the face turns it further upright for the next.
    private FaceBox Confirmed(RgbImage image, FaceBox candidate)
    {
        float sum = candidate.Score, roll = candidate.RollDegrees;
        var planes = new float[3 * LookSide * LookSide];
        foreach (var look in _options.SecondLooks)
        {
            float step = candidate.Size / look.FaceSize;
            float upright = roll + look.TiltDegrees;
            var (sin, cos) = MathF.SinCos(upright * (MathF.PI / 180));
            var right = new Vector2(cos, sin) * (look.Mirrored ? -step : step);
            var down = new Vector2(-sin, cos) * step;
            ImageSampler.Sample(image, candidate.Center - (right + down) * (LookSide / 2), right, down, LookSide, LookSide, LetterboxGrey, planes);
            float corner = (LookSide - look.FaceSize) / 2f;
            var place = new FaceBox(corner, corner, look.FaceSize, look.FaceSize, 0, 0);
            var boxes = Run(planes, LookSide, LookSide, Vector2.Zero, 1, LeastLookScore);
            var best = boxes.Where(box => FaceDecoder.Overlap(box, place) > LookFit).OrderByDescending(box => box.Score).FirstOrDefault();
            sum += best.Score;
            if (best.Score >= CandidateScore)
                roll = upright + (look.Mirrored ? -best.RollDegrees : best.RollDegrees);
        }

        var face = candidate with { RollDegrees = MathF.IEEERemainder(roll, 360), Score = sum / (1 + _options.SecondLooks.Count) };
        if (_witness is null)
            return face;
        var (logOdds, seen) = _witness(image, face);
        return seen with { Score = 1 / (1 + MathF.Exp(-logOdds)) };
    }

    private List<FaceBox> Run(float[] planes, int width, int height, Vector2 corner, float step, float threshold)
    {
        using var input = OnnxModel.Tensor(planes, 1, 3, height, width);
        using var results = _model.Run(Inputs, [input], Outputs);
        var found = new List<FaceBox>();
        FaceDecoder.Decode(results[0].GetTensorDataAsSpan<float>(), corner, step, threshold, found);
        return found;
    }

    private float ModelThreshold() =>
        _model.Properties.TryGetValue("score_threshold", out string? text) &&
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value is > 0 and < 1
            ? value
            : DefaultThreshold;

    private static int RoundUp(int length) => (length + Stride - 1) / Stride * Stride;
}
