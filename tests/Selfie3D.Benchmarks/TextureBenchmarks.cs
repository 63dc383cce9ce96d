using BenchmarkDotNet.Attributes;
using Selfie3D.Detection;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D.Benchmarks;

/// <summary>The looks of the sample selfie's head: texture and pictures, each on its own.</summary>
[MemoryDiagnoser]
public class TextureBenchmarks
{
    private RgbImage _photo = null!;
    private Mesh _surface = null!;
    private HeadFrame _frame = null!;
    private TexturedMesh _head = null!;

    /// <summary>Texels; 0 is the default for this photo.</summary>
    [Params(0, 2048)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string models = Path.Combine(AppContext.BaseDirectory, "models");
        _photo = new PhotoDecoder().DecodeFile(Path.Combine(AppContext.BaseDirectory, "selfie.jpg")).Image;
        using var regressor = new HeadRegressor(
            Path.Combine(models, HeadRegressor.LandmarkModelFileName), Path.Combine(models, HeadRegressor.VolumeModelFileName));
        using var detector = new FaceDetector(Path.Combine(models, FaceDetector.ModelFileName), witness: regressor.FaceEvidence);
        var face = FaceChoice.Main(detector.Detect(_photo), _photo.Width, _photo.Height, FaceChoice.DefaultMinFaceSize);
        var estimate = regressor.Estimate(_photo, face);
        _surface = Isosurface.Extract(estimate.Volume);
        _frame = HeadFrame.FromLandmarks(estimate.Landmarks68, perspective: estimate.Perspective);
        _head = Texture();
    }

    [Benchmark]
    public TexturedMesh Texture() => Texturer.Apply(_surface, _photo, _frame, new TextureOptions { Size = Size });

    [Benchmark]
    public byte[] EncodeTexture() => ImageEncoder.Jpeg(_head.Texture, 90);

    [Benchmark]
    public RgbImage Preview() => PreviewRenderer.Render(_head);

    [Benchmark]
    public int Turntable() => PreviewRenderer.Turntable(_head, 12, new PreviewOptions { ViewSize = 320 }).Sum(frame => frame.Width);
}
