using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Selfie3D.Client;
using Selfie3D.LocalHost;
using Selfie3D.Service;
using Selfie3D.Site.Tests;

[assembly: AssemblyFixture(typeof(SiteFixture))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Selfie3D.Site.Tests;

/// <summary>
/// The real host with its own storage emulator, the real models and the built page; a host of another origin; and Chromium
/// with a camera that shows the sample face.
/// </summary>
public sealed class SiteFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("selfie3d-site-tests-").FullName;
    private LocalHostApp? _host;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string? _sampleJob;

    public static string RepoRoot { get; } = typeof(SiteFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    public static string Sample { get; } = Path.Combine(RepoRoot, "samples", "selfie.jpg");

    /// <summary>Why nothing can be tested here; null when it can.</summary>
    public string? Missing { get; private set; }

    public Uri Url => _host!.Url;

    public IBrowser Browser => _browser!;

    /// <summary>Pages of somebody else, and the page on a static host.</summary>
    public ElsewhereHost Elsewhere { get; private set; } = null!;

    public static string SiteFolder { get; } = Path.Combine(RepoRoot, "src", "site", "dist");

    public async ValueTask InitializeAsync()
    {
        string? chromium = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);
        Missing = chromium is null ? "Chromium is missing: apt-get install chromium."
            : !File.Exists(Path.Combine(SiteFolder, "index.html")) ? "The page is not built: npm ci && npm run build in src/site."
            : null;
        if (Missing is not null)
            return;

        int elsewhere = FreePort();
        _host = await LocalHostApp.StartAsync(
            new LocalHostOptions
            {
                Url = "http://127.0.0.1:0",
                DataFolder = ShareInstallation(),
                ModelFolder = Path.Combine(RepoRoot, "models"),
                SiteFolder = SiteFolder,
                AllowedOrigins = $"http://localhost:{elsewhere}",
                Service = new ServiceOptions { PostsPerMinute = 0, ReadsPerMinute = 0 },
            },
            CancellationToken.None, builder => builder.Logging.ClearProviders());
        Elsewhere = await ElsewhereHost.StartAsync(elsewhere, SiteFolder, _host.Url, _host.Url, Path.Combine(_folder, "elsewhere"));

        string video = Path.Combine(_folder, "face.mjpeg");
        await File.WriteAllBytesAsync(video, Pictures.CameraVideo(Sample));
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", $"--use-file-for-fake-video-capture={video}"],
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (Elsewhere is not null)
            await Elsewhere.DisposeAsync();
        if (_host is not null)
            await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A visit at a size: phone, tablet or desk.</summary>
    public async Task<Visit> VisitAsync(string size = "phone", string hash = "", Action<BrowserNewContextOptions>? change = null, Uri? start = null, params Uri[] own)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await Visit.StartAsync(Browser, start ?? Url, own.Length > 0 ? own : [Url, Elsewhere.Url], size, hash, change);
    }

    /// <summary>A file of the sample's head, made without the page.</summary>
    public async Task<byte[]> ResultAsync(string format)
    {
        using var client = new SelfieClient(Url);
        _sampleJob ??= (await client.UploadAsync(Sample)).Id;
        var content = new MemoryStream();
        await client.DownloadAsync(await client.WaitAsync(_sampleJob), format, content);
        return content.ToArray();
    }

    /// <summary>A program's exit code and output.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // Data of its own, the emulator's installation of the user: installing takes a minute.
    private string ShareInstallation()
    {
        string user = new LocalHostOptions().Data, data = Path.Combine(_folder, "data");
        Directory.CreateDirectory(data);
        if (Directory.Exists(user))
        {
            foreach (string installed in Directory.GetDirectories(user, "azurite-*").Where(name => !Path.HasExtension(name)))
                Directory.CreateSymbolicLink(Path.Combine(data, Path.GetFileName(installed)), installed);
        }

        return data;
    }
}
