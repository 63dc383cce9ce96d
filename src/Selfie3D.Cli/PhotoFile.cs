using Selfie3D.Imaging;

namespace Selfie3D.Cli;

/// <summary>Reads photo files.</summary>
internal static class PhotoFile
{
    /// <summary>All bytes of a photo; a file above the decoder's limit is refused without being read.</summary>
    /// <exception cref="SelfieException">There is no such file, it cannot be read, or it is too large.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            long most = new PhotoDecoderOptions().MaxBytes;
            if (file.Exists && file.Length > most)
            {
                throw new SelfieException(ErrorCodes.ImageTooLarge, FormattableString.Invariant(
                    $"The file has {file.Length / 1e6:0.#} MB; at most {most / 1e6:0.#} MB are allowed. Make it smaller and try again."));
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SelfieException(ErrorCodes.UnreadableImage, "There is no such file or folder. Check the path.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SelfieException(ErrorCodes.UnreadableImage, $"The file cannot be read: {e.Message}", e);
        }
    }
}
