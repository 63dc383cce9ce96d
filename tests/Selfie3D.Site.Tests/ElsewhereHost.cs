using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace Selfie3D.Site.Tests;

/// <summary>A plain file server of another origin: the page as a static host serves it, and a stranger's page.</summary>
public sealed class ElsewhereHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private ElsewhereHost(WebApplication app, string folder, Uri url) => (_app, _folder, Url) = (app, folder, url);

    public Uri Url { get; }

    /// <summary>Copies the built page, configures it as its documentation says, and serves it.</summary>
    public static async Task<ElsewhereHost> StartAsync(int port, string site, Uri api, Uri storage, string folder)
    {
        foreach (string file in Directory.GetFiles(site, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(folder, Path.GetRelativePath(site, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        string script = Path.Combine(SiteFixture.RepoRoot, "src", "site", "scripts", "configure.mjs");
        var (code, output) = await SiteFixture.RunAsync("node", script, "--api", api.ToString(), "--storage", storage.ToString(), "--dist", folder);
        Assert.True(code == 0, output);

        var url = new Uri($"http://localhost:{port}/");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url.ToString());
        var app = builder.Build();
        var types = new FileExtensionContentTypeProvider();
        types.Mappings[".glb"] = "model/gltf-binary";
        var files = new PhysicalFileProvider(folder);
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions { FileProvider = files, ContentTypeProvider = types });
        await app.StartAsync();
        return new ElsewhereHost(app, folder, url);
    }

    public Task WriteAsync(string name, byte[] content) => File.WriteAllBytesAsync(Path.Combine(_folder, name), content);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
