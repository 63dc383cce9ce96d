using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Selfie3D.Service.Uploads;

namespace Selfie3D.Service.Http;

/// <summary>Reads the photo of a request, and stops reading as soon as it is clear that it will be refused.</summary>
internal static class BodyReader
{
    private const int FirstBuffer = 256 * 1024;

    /// <summary>The whole body.</summary>
    /// <exception cref="SelfieException">It is empty, too large or no photo.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long maxBytes, CancellationToken cancel)
    {
        if (request.ContentLength is { } announced)
            UploadCheck.Length(announced, maxBytes);
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBytes + 1; // one more, so that the refusal is ours

        // An announced length is believed only as far as bytes arrive: a slow caller holds little memory.
        var buffer = new byte[(int)Math.Min(FirstBuffer, (request.ContentLength ?? FirstBuffer) + 1)];
        int length = 0;
        bool begun = false;
        while (true)
        {
            if (length == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maxBytes + 1));
            int read = await request.Body.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (read == 0)
                break;
            length += read;
            if (length > maxBytes)
                throw UploadCheck.TooLarge(maxBytes);
            if (!begun && length >= UploadCheck.BeginLength)
            {
                UploadCheck.Begin(buffer.AsSpan(0, length));
                begun = true;
            }
        }

        UploadCheck.Length(length, maxBytes);
        var photo = buffer.AsMemory(0, length);
        UploadCheck.Whole(photo.Span);
        return photo;
    }
}
