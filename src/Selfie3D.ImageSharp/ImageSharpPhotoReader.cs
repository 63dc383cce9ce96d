using Selfie3D.Imaging;
using Selfie3D.Service.Steps;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Selfie3D.ImageSharp;

/// <summary>
/// Decodes JPEG, PNG and WebP with SixLabors.ImageSharp, under the same caps and with the same answers as the core's
/// <see cref="PhotoDecoder"/>. What ImageSharp 3 cannot do goes to the core's decoder: HEIC, and photos with a colour profile.
/// Safe to share between threads.
/// </summary>
public sealed class ImageSharpPhotoReader : IPhotoReader
{
    // A 50-megapixel progressive JPEG needs about 500 MB of coefficients and pixels.
    private const int AllocationLimitMegabytes = 1024;

    // Formats that were not asked for are not even tried.
    private static readonly Configuration Formats = new(new JpegConfigurationModule(), new PngConfigurationModule(), new WebpConfigurationModule())
    {
        MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = AllocationLimitMegabytes }),
    };

    private readonly PhotoDecoder _limits;
    private readonly PhotoDecoder _core;

    /// <summary>Makes a reader.</summary>
    /// <param name="options">Caps, and how far photos are shrunk.</param>
    /// <param name="core">Takes what ImageSharp cannot read.</param>
    public ImageSharpPhotoReader(PhotoDecoderOptions options, PhotoDecoder core)
    {
        _limits = new PhotoDecoder(options);
        _core = core;
    }

    /// <inheritdoc/>
    public Photo Read(ReadOnlyMemory<byte> bytes)
    {
        var (format, description) = _limits.Admit(bytes.Span);
        if (format == PhotoFormat.Heic)
            return _core.Decode(bytes);
        if (format == PhotoFormat.Png && PhotoFormats.PngSize(bytes.Span) is { } size)
            _limits.CheckPixels(size.Width, size.Height);
        try
        {
            return Decode(bytes, format, description) ?? _core.Decode(bytes);
        }
        catch (Exception e) when (e is not (SelfieException or OutOfMemoryException))
        {
            // Bytes from outside can make a parser throw anything; whatever it is, the file is damaged.
            throw PhotoDecoder.Damaged(description, e);
        }
    }

    // Null when the photo has a colour profile.
    private Photo? Decode(ReadOnlyMemory<byte> bytes, PhotoFormat format, string description)
    {
        var options = new DecoderOptions { Configuration = Formats, MaxFrames = 1 };
        var info = Image.Identify(options, bytes.Span);
        _limits.CheckPixels(info.Width, info.Height);
        // Decoders fill in what is missing and say nothing.
        if (PhotoFacts.IsEndMissing(bytes.Span, format))
            throw PhotoDecoder.Truncated(description);
        if (info.Metadata.IccProfile is not null || (format == PhotoFormat.Png && PhotoFacts.HasPngProfile(bytes.Span)))
            return null;

        int shrink = _limits.ShrinkFactor(Math.Max(info.Width, info.Height));
        if (shrink > 1)
        {
            // JPEGs are then decoded small; the others are shrunk afterwards.
            var target = new Size((info.Width + shrink - 1) / shrink, (info.Height + shrink - 1) / shrink);
            options = new DecoderOptions { Configuration = Formats, MaxFrames = 1, TargetSize = target };
        }

        using var image = Image.Load<Rgba32>(options, bytes.Span);
        bool swap = image.Metadata.ExifProfile is { } exif && exif.TryGetValue(ExifTag.Orientation, out var orientation) && orientation.Value is >= 5 and <= 8;
        image.Mutate(picture => picture.AutoOrient().BackgroundColor(Color.White));
        using var rgb = image.CloneAs<Rgb24>();
        var upright = new RgbImage(rgb.Width, rgb.Height);
        rgb.CopyPixelDataTo(upright.Pixels);
        return new Photo(upright, swap ? info.Height : info.Width, swap ? info.Width : info.Height);
    }
}
