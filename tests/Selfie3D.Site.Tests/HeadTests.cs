using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SkiaSharp;

namespace Selfie3D.Site.Tests;

/// <summary>What can be done with a head.</summary>
public sealed class HeadTests(SiteFixture site)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Viewer_EveryControl_ChangesWhatIsSeen()
    {
        await using var visit = await site.VisitAsync();
        await visit.MakeHeadAsync();
        var before = await visit.StageAsync();
        before.ShowsAHead();

        foreach (string view in new[] { "Clay", "Mesh", "On photo", "Colour" })
        {
            await visit.PickAsync(view);
            var after = await visit.StageAsync();
            Assert.True(after.Differs(before) > 0.03, view);
            before = after;
        }

        foreach (string glasses in new[] { "Round", "Aviator", "Square", "None" })
        {
            await visit.PickAsync(glasses);
            await visit.Page.WaitForTimeoutAsync(300); // their code comes the first time
            var after = await visit.StageAsync();
            Assert.True(after.Differs(before) > 0.004, glasses);
            before = after;
        }

        await visit.Button("Landmarks").ClickAsync();
        var marked = await visit.StageAsync();
        Assert.True(marked.Differs(before) > 0.001, "landmarks");
        await visit.Page.GetByRole(AriaRole.Slider, new() { Name = "Light" }).FillAsync("-80");
        var lit = await visit.StageAsync();
        Assert.True(lit.Differs(marked) > 0.01, "light");
        await visit.Button("Turntable").ClickAsync();
        await visit.Page.WaitForTimeoutAsync(1500);
        await visit.Button("Turntable").ClickAsync();
        var turned = await visit.StageAsync();
        Assert.True(turned.Differs(lit) > 0.02, "turntable");
        await visit.Button("Reset view").ClickAsync();
        Assert.True((await visit.StageAsync()).Differs(turned) > 0.02, "reset");

        var stage = await visit.Page.Locator(".canvas-host").BoundingBoxAsync();
        await visit.Page.Mouse.MoveAsync(stage!.X + 100, stage.Y + 150);
        await visit.Page.Mouse.DownAsync();
        await visit.Page.Mouse.MoveAsync(stage.X + 220, stage.Y + 160, new() { Steps = 5 });
        await visit.Page.Mouse.UpAsync();
        Assert.True((await visit.StageAsync()).Differs(turned) > 0.02, "drag");
        await visit.Button("Photo beside").ClickAsync();
        await visit.Page.GetByAltText("The photo this head was made of").WaitForAsync();
    }

    [Fact]
    public async Task Overlay_LiesOnThePhoto()
    {
        await using var visit = await site.VisitAsync("desk");
        await visit.MakeHeadAsync();
        await visit.PickAsync("On photo");
        var slider = visit.Page.GetByRole(AriaRole.Slider, new() { Name = "Head over photo" });
        var covered = await visit.StageAsync();
        await slider.FillAsync("0");
        var photo = await visit.StageAsync();

        // The head is coloured from this photo: where it lies right, hardly anything changes.
        Assert.InRange(covered.Differs(photo), 0.0005, 0.12);
    }

    [Fact]
    public async Task Share_OpensTheSameView_AndDeleteEndsIt()
    {
        await using var visit = await site.VisitAsync("desk");
        await visit.MakeHeadAsync();
        await visit.PickAsync("Clay");
        await visit.PickAsync("Aviator");
        await visit.Page.Locator(".canvas-host canvas").FocusAsync();
        for (int k = 0; k < 4; k++)
            await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await visit.Page.WaitForTimeoutAsync(500);
        await visit.Button("Share link").ClickAsync();
        await visit.Page.GetByText("The link is copied.").WaitForAsync();
        string link = await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.Contains("view=clay", link);
        var mine = await visit.StageAsync();

        await using (var friend = await site.VisitAsync("desk", new Uri(link).Fragment))
        {
            await friend.HeadAsync();
            await friend.Page.WaitForTimeoutAsync(500);
            Assert.True((await friend.StageAsync()).Differs(mine) < 0.02);
            Assert.True(await friend.Page.GetByRole(AriaRole.Radio, new() { Name = "On photo" }).IsDisabledAsync()); // the photo stayed with its owner
        }

        await visit.Button("Delete now").ClickAsync();
        await visit.Button("Keep").ClickAsync();
        await visit.Button("Delete now").ClickAsync();
        await visit.Button("Delete").Last.ClickAsync();
        await visit.Page.GetByText("Deleted. The photo and every file of that head are gone.").WaitForAsync();

        await using var late = await site.VisitAsync("phone", new Uri(link).Fragment);
        late.Expected.Add("404");
        await late.SeeAsync("This head is gone");
    }

    [Fact]
    public async Task Downloads_EveryFile_IsWhatItSays()
    {
        await using var visit = await site.VisitAsync();
        await visit.MakeHeadAsync();
        var links = visit.Page.Locator(".files a");
        Assert.True(await links.CountAsync() >= 6);
        foreach (var link in await links.AllAsync())
        {
            string format = (await link.GetAttributeAsync("data-format"))!;
            var download = await visit.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
            Check(format, download.SuggestedFilename, await File.ReadAllBytesAsync((await download.PathAsync())!, Cancel));
        }

        var picture = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Button("Save picture").ClickAsync());
        Assert.Equal("selfie3d.png", picture.SuggestedFilename);
        using var snapshot = SKBitmap.Decode(await picture.PathAsync());
        Assert.Equal(1600, Math.Max(snapshot.Width, snapshot.Height));
        new Picture(snapshot.Resize(new SKSizeI(snapshot.Width / 4, snapshot.Height / 4), new SKSamplingOptions(SKFilterMode.Linear))).ShowsAHead();
    }

    [Fact]
    public async Task Room_WhereTheBrowserCanShowIt_IsOfferedAsALinkOfOnePicture()
    {
        await using var visit = await site.VisitAsync();
        // As Safari on an iPhone says of itself.
        await visit.Page.AddInitScriptAsync("DOMTokenList.prototype.supports = token => token === 'ar'");
        await visit.Page.ReloadAsync();
        await visit.MakeHeadAsync();

        var link = visit.Page.Locator("a[rel=ar]");
        Assert.Equal("IMG", await link.EvaluateAsync<string>("a => a.children.length === 1 && a.textContent === '' ? a.firstElementChild.tagName : ''"));
        Assert.True(await visit.Page.GetByAltText("See it in your room").EvaluateAsync<bool>("picture => picture.complete && picture.naturalWidth > 0"));
        await visit.FitsAsync();
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.Locator(".files a[data-format=usdz]").ClickAsync());
        Assert.Equal("head.usdz", download.SuggestedFilename);
        Assert.Equal(await link.GetAttributeAsync("href"), download.Url);
        using var zip = new ZipArchive(File.OpenRead((await download.PathAsync())!));
        Assert.Equal(["head.usda", "textures/skin.jpg"], zip.Entries.Select(entry => entry.FullName));
        Assert.Empty(await visit.ViolationsAsync());
    }

    private static void Check(string format, string name, byte[] bytes)
    {
        switch (format)
        {
            case "glb":
                Assert.Equal("head.glb", name);
                Assert.Equal("glTF", Encoding.ASCII.GetString(bytes, 0, 4));
                Assert.Equal(bytes.Length, BitConverter.ToInt32(bytes, 8));
                using (var scene = JsonDocument.Parse(bytes.AsMemory(20, BitConverter.ToInt32(bytes, 12))))
                    Assert.NotEqual(0, scene.RootElement.GetProperty("meshes").GetArrayLength());
                break;
            case "obj":
                using (var zip = new ZipArchive(new MemoryStream(bytes)))
                    Assert.Contains(zip.Entries, entry => entry.Name.EndsWith(".obj", StringComparison.Ordinal) && entry.Length > 100_000);
                break;
            case "ply":
                Assert.StartsWith("ply\nformat", Encoding.ASCII.GetString(bytes, 0, 10));
                break;
            case "stl":
                Assert.Equal(84 + 50 * BitConverter.ToInt32(bytes, 80), bytes.Length);
                break;
            case "preview":
                Assert.NotNull(SKBitmap.Decode(bytes));
                break;
            case "json":
                Assert.Equal(16, JsonDocument.Parse(bytes).RootElement.GetProperty("headToPhoto").GetArrayLength());
                break;
            default:
                Assert.True(bytes.Length > 1000, format); // newer ones are checked where they are made
                break;
        }
    }
}
