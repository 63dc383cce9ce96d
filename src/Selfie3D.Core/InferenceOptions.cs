namespace Selfie3D;

/// <summary>How the networks use the processor.</summary>
public sealed record InferenceOptions
{
    /// <summary>Threads for one inference; 0 = as many as there are cores.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// Whether idle inference threads spin. It saves a little on an idle machine and costs much where other work runs.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>Whether a CUDA device is used where the host's ONNX Runtime has one; otherwise the processor.</summary>
    public bool Gpu { get; init; }
}
