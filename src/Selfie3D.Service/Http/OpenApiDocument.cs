namespace Selfie3D.Service.Http;

/// <summary>The description of the API (OpenAPI 3.1): <c>docs/api/openapi.json</c> of the repository, embedded.</summary>
public static class OpenApiDocument
{
    /// <summary>The document, UTF-8.</summary>
    public static byte[] Utf8 { get; } = Load();

    private static byte[] Load()
    {
        using var stream = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("openapi.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
