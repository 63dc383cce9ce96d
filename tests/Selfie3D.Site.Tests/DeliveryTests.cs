namespace Selfie3D.Site.Tests;

/// <summary>How the page comes: small, soon, under a strict policy, from any host.</summary>
public sealed class DeliveryTests(SiteFixture site)
{
    private const int MostScriptBytes = 250_000;

    [Fact]
    public async Task FirstScreenAndHead_ComeSmallAndSoon()
    {
        await using var visit = await site.VisitAsync();
        await visit.SeeAsync("Your head in 3D, from one selfie");
        double ready = await visit.Page.EvaluateAsync<double>("() => performance.now()");
        int first = await ScriptBytesAsync();
        await visit.Page.EvaluateAsync("""
            () => {
              const fetched = window.fetch;
              window.fetch = async (...call) => {
                const answer = await fetched(...call);
                if (String(call[0]).includes('/api/selfies/') && (await answer.clone().text()).includes('"state":"done"')) window.doneAt ??= performance.now();
                return answer;
              };
              new MutationObserver(() => document.querySelector('.stage[data-ready]') && (window.readyAt ??= performance.now())).observe(document.body, { subtree: true, childList: true, attributes: true });
            }
            """);
        await visit.MakeHeadAsync();
        double shown = await visit.Page.EvaluateAsync<double>("() => window.readyAt - window.doneAt");
        int whole = await ScriptBytesAsync();
        string found = $"script: {first} bytes for the first screen, {whole} with the viewer; first interaction after {ready:F0} ms, head {shown:F0} ms after the job's end";
        TestContext.Current.SendDiagnosticMessage(found);
        TestContext.Current.TestOutputHelper?.WriteLine(found);

        Assert.InRange(first, 1000, 40_000);
        Assert.InRange(whole, first + 1000, MostScriptBytes);
        // One and two seconds on two free cores without a graphics card; five times that where others share them.
        Assert.InRange(ready, 1, 5000);
        Assert.InRange(shown, 1, 10_000);

        Task<int> ScriptBytesAsync() => visit.Page.EvaluateAsync<int>(
            "() => performance.getEntriesByType('resource').filter(r => r.name.endsWith('.js')).reduce((sum, r) => sum + r.encodedBodySize, 0)");
    }

    [Fact]
    public async Task Headers_AreStrict()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        using var http = new HttpClient();
        using var page = await http.GetAsync(site.Url, TestContext.Current.CancellationToken);
        string policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("script-src 'self';", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.EndsWith("connect-src 'self' blob:", policy); // the blobs come through this host
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task Page_OnAStaticHostElsewhere_WorksTheSame()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await using var visit = await site.VisitAsync("phone", "", null, site.Elsewhere.Url);
        Assert.NotEqual(site.Url.Authority, new Uri(visit.Page.Url).Authority);
        Assert.Equal(1, await visit.Page.Locator("meta[http-equiv=Content-Security-Policy]").CountAsync());
        await visit.MakeHeadAsync();
        (await visit.StageAsync()).ShowsAHead();
    }

    [Fact]
    public async Task Page_ApiAndStorage_OnThreeOrigins_WorkTheSame()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        await using var three = await ThreeOrigins.StartAsync();
        await using var visit = await site.VisitAsync("desk", "", null, three.Page, three.Page, three.Api, three.Storage);
        var calls = new List<(string Method, Uri Url)>();
        visit.Page.Request += (_, request) => calls.Add((request.Method, new Uri(request.Url)));

        await visit.MakeHeadAsync();

        (await visit.StageAsync()).ShowsAHead();
        Assert.Contains(calls, call => call.Method == "POST" && call.Url.Authority == three.Api.Authority);
        Assert.Contains(calls, call => call.Method == "PUT" && call.Url.Authority == three.Storage.Authority);
        Assert.Contains(calls, call => call.Method == "GET" && call.Url.Authority == three.Storage.Authority && call.Url.AbsolutePath.EndsWith("/head.glb", StringComparison.Ordinal));
        string? policy = await visit.Page.Locator("meta[http-equiv=Content-Security-Policy]").GetAttributeAsync("content");
        Assert.EndsWith($"connect-src 'self' blob: http://{three.Api.Authority} http://{three.Storage.Authority}", policy);
        Assert.Equal(three.Page.GetLeftPart(UriPartial.Authority), await three.AllowedAsync(three.Page));
        Assert.Null(await three.AllowedAsync(new Uri("http://stranger.example")));
    }

    [Fact]
    public async Task Element_OnAStrangersPage_ShowsAHead()
    {
        Assert.SkipWhen(site.Missing is not null, site.Missing ?? "");
        foreach (string format in new[] { "glb", "glb-compressed" })
            await site.Elsewhere.WriteAsync(format == "glb" ? "head.glb" : "packed.glb", await site.ResultAsync(format));
        // The example of docs/page.md.
        string example = Example(await File.ReadAllTextAsync(Path.Combine(SiteFixture.RepoRoot, "docs", "page.md"), TestContext.Current.CancellationToken));
        Assert.InRange(example.Trim().Split('\n').Length, 2, 5);
        await site.Elsewhere.WriteAsync("stranger.html", System.Text.Encoding.UTF8.GetBytes("<!doctype html><html lang=en><link rel=icon href=data:,><title>Mine</title>" + Listener + example.Replace("https://selfie3d.example/", site.Url.ToString(), StringComparison.Ordinal)));

        await using var stranger = await site.VisitAsync("desk", "stranger.html", null, site.Elsewhere.Url);
        await LoadedAsync();
        var shown = await LookAsync();
        shown.ShowsAHead();

        await ChangeAsync("e.removeAttribute('turntable'); e.setAttribute('turn', '0');");
        var front = await LookAsync();
        front.ShowsAHead();
        await ChangeAsync("e.setAttribute('glasses', 'square');");
        await stranger.Page.WaitForTimeoutAsync(300); // its code comes the first time
        var plain = await LookAsync();
        Assert.InRange(plain.Differs(front), 0.01, 0.4);

        // The packed file is the same head, with the same places for glasses.
        await ChangeAsync("delete e.dataset.loaded; e.setAttribute('src', 'packed.glb');");
        await LoadedAsync();
        Assert.InRange((await LookAsync()).Differs(plain), 0, 0.04);

        await ChangeAsync("e.setAttribute('view', 'clay');");
        Assert.True((await LookAsync()).Differs(plain) > 0.05);

        Task ChangeAsync(string script) => stranger.Page.EvaluateAsync("() => { const e = document.querySelector('selfie-3d'); " + script + " }");
        Task LoadedAsync() => stranger.Page.WaitForFunctionAsync("() => document.querySelector('selfie-3d').dataset.loaded");
        async Task<Picture> LookAsync()
        {
            await stranger.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
            return new Picture(SkiaSharp.SKBitmap.Decode(await stranger.Page.Locator("selfie-3d").ScreenshotAsync()));
        }
    }

    // "load" does not bubble, but is seen on its way down.
    private const string Listener = "<script>document.addEventListener('load', event => event.target.localName === 'selfie-3d' && (event.target.dataset.loaded = 'yes'), true)</script>";

    private static string Example(string docs)
    {
        int from = docs.IndexOf("```html\n", StringComparison.Ordinal) + 8;
        return docs[from..docs.IndexOf("```", from, StringComparison.Ordinal)];
    }
}
