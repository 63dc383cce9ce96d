using System.Text.Json;
using SkiaSharp;

namespace Selfie3D.Site.Tests;

/// <summary>One person's visit in a browser of its own. Its end fails when the page wrote an error or called anybody else.</summary>
public sealed class Visit : IAsyncDisposable
{
    public const float JobPatience = 240_000;

    private static readonly Dictionary<string, (int Width, int Height)> Sizes = new() { ["phone"] = (360, 740), ["tablet"] = (820, 1180), ["desk"] = (1440, 900) };
    private static readonly string[] OwnSchemes = ["blob:", "data:"];

    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [], _strangers = [];

    private Visit(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Errors that a test makes on purpose; the browser itself reports every failed request.</summary>
    public List<string> Expected { get; } = [];

    public static async Task<Visit> StartAsync(IBrowser browser, Uri start, Uri[] own, string size, string hash, Action<BrowserNewContextOptions>? change)
    {
        var (width, height) = Sizes[size];
        var options = new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, AcceptDownloads = true, Permissions = ["clipboard-read", "clipboard-write", "camera"] };
        change?.Invoke(options);
        var context = await browser.NewContextAsync(options);
        var page = await context.NewPageAsync();
        var visit = new Visit(context, page);
        context.SetDefaultTimeout(60_000);
        page.Console += (_, message) =>
        {
            // Chromium's software renderer reports its own slowness.
            if (message.Type is "error" or "warning" && !message.Text.Contains("GL Driver Message", StringComparison.Ordinal) && !message.Text.Contains("KHR_parallel", StringComparison.Ordinal))
                visit._errors.Add(message.Text);
        };
        page.PageError += (_, error) => visit._errors.Add(error);
        context.Request += (_, request) =>
        {
            if (!OwnSchemes.Any(scheme => request.Url.StartsWith(scheme, StringComparison.Ordinal)) && !own.Any(uri => request.Url.StartsWith(uri.ToString(), StringComparison.Ordinal)))
                visit._strangers.Add(request.Url);
        };
        await page.GotoAsync(start + hash);
        return visit;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_strangers);
        Assert.DoesNotContain(_errors, error => !Expected.Any(part => error.Contains(part, StringComparison.Ordinal)));
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    /// <summary>Chooses a view or a pair of glasses.</summary>
    public Task PickAsync(string name) => Page.GetByRole(AriaRole.Radio, new() { Name = name, Exact = true }).CheckAsync();

    public Task SeeAsync(string heading) => Page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 }).WaitForAsync();

    /// <summary>Chooses a photo.</summary>
    public Task ChooseAsync(string file) => Page.SetInputFilesAsync("input[type=file]", file);

    public Task ChooseAsync(string name, byte[] content) =>
        Page.SetInputFilesAsync("input[type=file]", new FilePayload { Name = name, MimeType = "application/octet-stream", Buffer = content });

    /// <summary>Sends the photo that is shown.</summary>
    public Task AgreeAsync() => Button("Agree and make my head").ClickAsync();

    /// <summary>The whole way with the sample face.</summary>
    public async Task MakeHeadAsync()
    {
        await ChooseAsync(SiteFixture.Sample);
        await AgreeAsync();
        await HeadAsync();
    }

    /// <summary>Waits for the head on the screen.</summary>
    public Task HeadAsync() => Page.Locator(".stage[data-ready]").WaitForAsync(new() { Timeout = JobPatience });

    /// <summary>Nothing is wider than the screen.</summary>
    public async Task FitsAsync() => Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), await Page.TitleAsync());

    /// <summary>What the stage shows.</summary>
    public async Task<Picture> StageAsync()
    {
        // Two frames: what was asked for is drawn.
        await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        return new Picture(SKBitmap.Decode(await Page.Locator(".canvas-host").ScreenshotAsync()));
    }

    /// <summary>Violations that axe-core finds; it is injected by the debugger, past the page's content policy.</summary>
    public async Task<string[]> ViolationsAsync()
    {
        string axe = Path.Combine(SiteFixture.RepoRoot, "tests", "node_modules", "axe-core", "axe.min.js");
        Assert.SkipUnless(File.Exists(axe), "axe-core is missing: npm ci in tests/.");
        await Page.EvaluateAsync(await File.ReadAllTextAsync(axe) + "; undefined");
        var found = await Page.EvaluateAsync<JsonElement>("() => axe.run(document, { resultTypes: ['violations'] }).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | ')))");
        return [.. found.EnumerateArray().Select(line => line.GetString()!)];
    }
}
