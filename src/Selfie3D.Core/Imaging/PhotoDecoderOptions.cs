namespace Selfie3D.Imaging;

/// <summary>What <see cref="PhotoDecoder"/> accepts and how large its images become.</summary>
public sealed record PhotoDecoderOptions
{
    /// <summary>Most pixels (width times height) that a header may announce; more is refused before any pixel is decoded.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Most bytes that a file may have.</summary>
    public long MaxBytes { get; init; } = 100_000_000;

    /// <summary>
    /// Photos are shrunk while they are decoded, but never to a longer side below about this many pixels. 0 keeps all pixels.
    /// </summary>
    public int TargetLongSide { get; init; } = 2000;
}
