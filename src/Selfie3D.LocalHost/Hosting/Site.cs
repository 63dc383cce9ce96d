using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service;
using Selfie3D.Service.Http;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>The static page.</summary>
internal static class Site
{
    private const string Index = "index.html", Element = "/selfie-3d.js";

    /// <summary>Serves the page's files.</summary>
    /// <param name="app">The host.</param>
    /// <param name="configured">Folder that was named; null looks for one.</param>
    /// <param name="storage">Where browsers reach the blobs; null when that is this host.</param>
    /// <returns>Their folder; null when there is no page.</returns>
    public static string? Use(WebApplication app, string? configured, Uri? storage)
    {
        string? folder = Find(configured);
        if (folder is not null)
        {
            var files = new PhysicalFileProvider(folder);
            var types = new FileExtensionContentTypeProvider();
            types.Mappings[".glb"] = "model/gltf-binary";
            types.Mappings[".webmanifest"] = "application/manifest+json";
            string policy = SitePolicy.Of(folder, storage);
            app.UseWhen(http => !IsApi(http.Request.Path), files => files.UseResponseCompression());
            app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
            app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ContentTypeProvider = types, OnPrepareResponse = file => SetHeaders(file, policy) });
        }

        return folder;
    }

    /// <summary>Answers where nothing else does.</summary>
    public static void MapFallback(WebApplication app, string? folder) =>
        app.MapFallback("{**path}", () => Problems.Of(ServiceCodes.NotFound, folder is null
            ? "The page is not built: Node.js 20 was not there when this program was. Build it (npm ci && npm run build in src/site), or name its folder with --site. The API is described at /api/openapi.json."
            : "There is nothing at this address. The page is at /, the API is described at /api/openapi.json."));

    /// <summary>The first folder with a page: the one that was named, the one beside the program, the built one of the repository.</summary>
    public static string? Find(string? configured)
    {
        if (configured is not null)
        {
            return HasPage(configured) ? Path.GetFullPath(configured)
                : throw new LocalHostException($"The folder \"{configured}\" has no {Index}. Name the folder of the built page with --site, or leave --site out.");
        }

        string beside = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (HasPage(beside))
            return beside;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string built = Path.Combine(folder.FullName, "src", "site", "dist");
            if (HasPage(built))
                return built;
        }

        return null;
    }

    // Answers there hold links and are small; files there are compressed already.
    private static bool IsApi(PathString path) =>
        path.StartsWithSegments(SelfieRoutes.Base, StringComparison.Ordinal) || path.StartsWithSegments("/" + AzuriteProcess.Account, StringComparison.Ordinal);

    private static bool HasPage(string folder) => File.Exists(Path.Combine(folder, Index));

    private static void SetHeaders(StaticFileResponseContext file, string policy)
    {
        var headers = file.Context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Other people's pages load the element, and nothing else.
        bool element = file.Context.Request.Path == Element;
        headers["Cross-Origin-Resource-Policy"] = element ? "cross-origin" : "same-origin";
        if (element)
            headers.AccessControlAllowOrigin = "*";
        headers["Referrer-Policy"] = "no-referrer"; // addresses hold ids
        // Built files carry a hash in their names, the others may change.
        bool hashed = file.Context.Request.Path.StartsWithSegments("/assets", StringComparison.Ordinal);
        headers.CacheControl = hashed ? "public, max-age=31536000, immutable" : "no-cache";
    }
}
