using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Meshing;
using Selfie3D.Regression;
using Selfie3D.Texturing;

namespace Selfie3D;

/// <summary>How a <see cref="SelfieReconstructor"/> works, for all photos alike.</summary>
public sealed record ReconstructorOptions
{
    /// <summary>Folder with the ONNX files; by default <c>models</c> beside the program.</summary>
    public string ModelFolder { get; init; } = Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>Threads of the networks.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>Limits of photos.</summary>
    public PhotoDecoderOptions Decoder { get; init; } = new();

    /// <summary>How hard faces are looked for.</summary>
    public FaceDetectorOptions Detector { get; init; } = new();

    /// <summary>Resolution of the volume.</summary>
    public HeadRegressorOptions Regressor { get; init; } = new();

    /// <summary>How the surface is taken from the volume.</summary>
    public IsosurfaceOptions Isosurface { get; init; } = new();

    /// <summary>Size of the texture and how its hidden parts are filled.</summary>
    public TextureOptions Texture { get; init; } = new();
}
