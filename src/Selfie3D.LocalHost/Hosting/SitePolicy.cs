using System.Text.Json;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>The Content-Security-Policy of the page: its own files, the API and the blob storage, nothing else.</summary>
internal static class SitePolicy
{
    // GLTFLoader hands textures on as blob: addresses; the photo is shown from one.
    private const string Fixed =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; manifest-src 'self'; form-action 'none'; " +
        "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; connect-src 'self' blob:";

    /// <summary>The header's value.</summary>
    /// <param name="folder">Folder of the page; its <c>config.json</c> may name an API and a storage elsewhere.</param>
    /// <param name="storage">Where browsers reach the blobs; null when that is this host.</param>
    public static string Of(string folder, Uri? storage) =>
        string.Join(' ', [Fixed, .. Configured(folder).Append(storage).OfType<Uri>().Select(uri => uri.GetLeftPart(UriPartial.Authority)).Distinct()]);

    private static IEnumerable<Uri?> Configured(string folder)
    {
        string path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            yield break;
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new LocalHostException($"The page's settings in \"{path}\" are no JSON: {e.Message}", e);
        }

        using (document)
        {
            foreach (string name in new[] { "apiUrl", "storageUrl" })
            {
                if (document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && Uri.TryCreate(value.GetString(), UriKind.Absolute, out var uri))
                    yield return uri;
            }
        }
    }
}
