namespace Selfie3D.Service.Uploads;

/// <summary>
/// Refuses what is no photo before any decoder sees it: by length, by first bytes, and by what is hidden in or behind a photo
/// (polyglots: files that are a photo and an archive, a web page or a program at once).
/// </summary>
public static class UploadCheck
{
    private const string Advice = "Use a photo as JPEG, PNG, WebP or HEIC.";

    /// <summary>Bytes that are enough for <see cref="Begin"/>.</summary>
    public const int BeginLength = 12;

    /// <summary>Refuses an empty file and one above the limit.</summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.UnreadableImage"/> or <see cref="ErrorCodes.ImageTooLarge"/>.</exception>
    public static void Length(long bytes, long maxBytes)
    {
        if (bytes == 0)
            throw new SelfieException(ErrorCodes.UnreadableImage, $"The file is empty (0 bytes). {Advice}");
        if (bytes > maxBytes)
            throw TooLarge(maxBytes);
    }

    /// <summary>The refusal of a body above the limit, whose length need not be known.</summary>
    public static SelfieException TooLarge(long maxBytes) => new(ErrorCodes.ImageTooLarge, FormattableString.Invariant(
        $"The file has more than the {maxBytes / 1e6:0.#} MB that are allowed. Make it smaller and try again."));

    /// <summary>Refuses what does not begin as a photo.</summary>
    /// <param name="start">At least <see cref="BeginLength"/> bytes, or all there are.</param>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.UnreadableImage"/>.</exception>
    public static void Begin(ReadOnlySpan<byte> start)
    {
        if (PhotoStructure.KindOf(start) == PhotoKind.None)
            throw new SelfieException(ErrorCodes.UnreadableImage, $"The file is no photo of a kind that is read here. {Advice}");
    }

    /// <summary>Refuses a whole file that begins as no photo or that is something else besides.</summary>
    /// <exception cref="SelfieException"><see cref="ErrorCodes.UnreadableImage"/>.</exception>
    public static void Whole(ReadOnlySpan<byte> file)
    {
        Begin(file);
        var (header, tail) = PhotoStructure.Around(file);
        if (HiddenContent.Find(file, header, tail) is { } found)
        {
            throw new SelfieException(ErrorCodes.UnreadableImage,
                $"The file is a photo and {found} at once, and is refused for that. Save the photo alone, or take a screenshot of it.");
        }
    }
}
