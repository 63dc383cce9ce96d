namespace Selfie3D.Imaging;

/// <summary>
/// Decodes a photo (JPEG, PNG, WebP or HEIC, told by content) to upright 8-bit sRGB: EXIF orientation and colour profile
/// applied, transparency laid on white, the first frame of an animation. Safe to share between threads.
/// </summary>
public sealed class PhotoDecoder
{
    private const string Advice = "Use a photo as JPEG, PNG, WebP or HEIC.";

    private readonly PhotoDecoderOptions _options;

    /// <summary>Makes a decoder.</summary>
    public PhotoDecoder(PhotoDecoderOptions? options = null)
    {
        _options = options ?? new PhotoDecoderOptions();
    }

    /// <summary>Decodes one photo.</summary>
    /// <param name="bytes">The file as it is.</param>
    /// <exception cref="SelfieException">
    /// <see cref="ErrorCodes.UnreadableImage"/> or <see cref="ErrorCodes.ImageTooLarge"/>.
    /// </exception>
    public Photo Decode(ReadOnlyMemory<byte> bytes)
    {
        var (format, description) = Admit(bytes.Span);
        return format switch
        {
            PhotoFormat.Heic => HeicReader.Read(bytes, this),
            _ => SkiaReader.Read(bytes, format, description, this),
        };
    }

    /// <summary>Reads and decodes one photo file; a file above the size limit is refused without being read.</summary>
    /// <exception cref="SelfieException">As <see cref="Decode(ReadOnlyMemory{byte})"/>, or the file cannot be read.</exception>
    public Photo DecodeFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            CheckBytes(new FileInfo(path).Length);
            return Decode(File.ReadAllBytes(path));
        }
        catch (FileNotFoundException e)
        {
            throw new SelfieException(ErrorCodes.UnreadableImage, $"There is no file \"{path}\". Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SelfieException(ErrorCodes.UnreadableImage, $"The file cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What the file is, before anything of it is decoded.</summary>
    /// <exception cref="SelfieException">It is empty, too large or none of the formats.</exception>
    internal (PhotoFormat Format, string Description) Admit(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            throw Unreadable($"The file is empty (0 bytes). {Advice}");
        CheckBytes(bytes.Length);
        var (format, description) = PhotoFormats.Sniff(bytes);
        return format == PhotoFormat.Unknown ? throw Unreadable($"The file is {description}. {Advice}") : (format, description);
    }

    internal static SelfieException Truncated(string description) =>
        Unreadable($"The file begins as {description} but its end is missing. Copy or download it again.");

    internal static SelfieException Unreadable(string message, Exception? inner = null) =>
        new(ErrorCodes.UnreadableImage, message, inner);

    internal static SelfieException Damaged(string description, Exception? inner = null) =>
        Unreadable($"The file begins as {description} but is damaged. Export or download it again.", inner);

    internal void CheckPixels(long width, long height)
    {
        if (width <= 0 || height <= 0)
            throw Unreadable($"The image claims to be {width} x {height} pixels. {Advice}");
        // Either side alone past the cap is refused too, and the product cannot overflow.
        if (width > _options.MaxPixels || height > _options.MaxPixels || width * height > _options.MaxPixels)
        {
            string found = FormattableString.Invariant($"{width} x {height} pixels ({width * (double)height / 1e6:0.#} megapixels)");
            string allowed = FormattableString.Invariant($"{_options.MaxPixels / 1e6:0.#}");
            throw new SelfieException(ErrorCodes.ImageTooLarge,
                $"The image has {found}; at most {allowed} megapixels are allowed. Make it smaller and try again.");
        }
    }

    /// <summary>The power of two by which a side of <paramref name="longSide"/> pixels may be shrunk while decoding: 1, 2, 4 or 8.</summary>
    internal int ShrinkFactor(int longSide)
    {
        // A little below the target is fine: 4000 and 3840 pixels become 2000 and 1920.
        int factor = 1;
        while (_options.TargetLongSide > 0 && factor < 8 && longSide / (2 * factor) >= 0.9 * _options.TargetLongSide)
            factor *= 2;
        return factor;
    }

    private void CheckBytes(long bytes)
    {
        if (bytes > _options.MaxBytes)
        {
            throw new SelfieException(ErrorCodes.ImageTooLarge, FormattableString.Invariant(
                $"The file has {bytes / 1e6:0.#} MB; at most {_options.MaxBytes / 1e6:0.#} MB are allowed. Make it smaller and try again."));
        }
    }
}
