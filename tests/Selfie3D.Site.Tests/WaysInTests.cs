namespace Selfie3D.Site.Tests;

/// <summary>Every way in ends with a textured head.</summary>
public sealed class WaysInTests(SiteFixture site)
{
    private const string PutFile = """
        ([data, kind]) => {
          const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], 'photo.jpg', { type: 'image/jpeg' }));
          const event = kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
            : new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        }
        """;

    [Theory]
    [InlineData("choose", "phone")]
    [InlineData("choose", "desk")]
    [InlineData("paste", "phone")]
    [InlineData("paste", "desk")]
    [InlineData("drop", "phone")]
    [InlineData("drop", "desk")]
    [InlineData("camera", "phone")]
    [InlineData("camera", "desk")]
    public async Task Photo_EveryWay_EndsWithATexturedHead(string way, string size)
    {
        await using var visit = await site.VisitAsync(size);
        if (way == "camera")
        {
            await visit.Button("Take a selfie").ClickAsync();
            await visit.Page.Locator(".hint.good").WaitForAsync(); // the sample's light is even
            await visit.Button("Take the photo").ClickAsync();
            await visit.SeeAsync("Use this photo?");
        }
        else if (way == "choose")
        {
            await visit.ChooseAsync(SiteFixture.Sample);
        }
        else
        {
            string data = Convert.ToBase64String(await File.ReadAllBytesAsync(SiteFixture.Sample, TestContext.Current.CancellationToken));
            if (way == "drop")
            {
                await visit.Page.EvaluateAsync(PutFile, new[] { data, "dragover" });
                await visit.Page.GetByText("Drop the photo to start").WaitForAsync();
            }

            await visit.Page.EvaluateAsync(PutFile, new[] { data, way });
        }

        await visit.FitsAsync();
        await visit.AgreeAsync();
        await visit.HeadAsync();

        await visit.FitsAsync();
        (await visit.StageAsync()).ShowsAHead();
    }

    [Fact]
    public async Task Sample_WithoutAPhoto_EndsWithAHead()
    {
        await using var visit = await site.VisitAsync("tablet");
        await visit.FitsAsync();
        await visit.Button("No photo at hand? Try our sample face").ClickAsync();
        await visit.AgreeAsync();
        await visit.HeadAsync();
        await visit.FitsAsync();
        (await visit.StageAsync()).ShowsAHead();
    }

    [Fact]
    public async Task Consent_NotGiven_NothingIsSent()
    {
        await using var visit = await site.VisitAsync();
        var posts = new List<string>();
        visit.Page.Request += (_, request) =>
        {
            if (request.Method is not "GET")
                posts.Add(request.Url);
        };
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.SeeAsync("Use this photo?");
        await visit.Page.WaitForTimeoutAsync(500);
        Assert.Empty(posts);
        await visit.Button("Another photo").ClickAsync();
        await visit.SeeAsync("Your head in 3D, from one selfie");
        Assert.Empty(posts);
    }

    [Fact]
    public async Task LargePhoto_IsMadeSmallerAndUprightBeforeItLeaves()
    {
        await using var visit = await site.VisitAsync();
        byte[]? sent = null;
        await visit.Page.RouteAsync("**/uploads/*", route =>
        {
            sent = route.Request.PostDataBuffer;
            return route.ContinueAsync();
        });
        using (var photo = SkiaSharp.SKBitmap.Decode(SiteFixture.Sample))
        using (var large = photo.Resize(new SkiaSharp.SKSizeI(3600, 4500), new SkiaSharp.SKSamplingOptions(SkiaSharp.SKFilterMode.Linear)))
            await visit.ChooseAsync("large.png", large.Encode(SkiaSharp.SKEncodedImageFormat.Png, 100).ToArray());
        await visit.AgreeAsync();
        await visit.HeadAsync();

        using var arrived = SkiaSharp.SKBitmap.Decode(sent);
        Assert.Equal((2048, 2560), (arrived.Width, arrived.Height));
    }

    [Fact]
    public async Task Heic_WithAFace_EndsWithAHead()
    {
        await using var visit = await site.VisitAsync();
        byte[]? sent = null;
        await visit.Page.RouteAsync("**/uploads/*", route =>
        {
            sent = route.Request.PostDataBuffer;
            return route.ContinueAsync();
        });
        byte[] heic = await Pictures.HeicAsync(SiteFixture.Sample);
        await visit.ChooseAsync("IMG_0001.HEIC", heic);
        await visit.Page.GetByText("This browser cannot show HEIC photos.").WaitForAsync();
        await visit.Page.GetByText("The photo is sent as it is, with all that your phone wrote into it").WaitForAsync();
        await visit.AgreeAsync();
        await visit.HeadAsync();

        Assert.Equal(heic, sent);
        (await visit.StageAsync()).ShowsAHead();
        Assert.True(await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "On photo" }).IsDisabledAsync()); // there is no photo that this browser can show
    }

    [Fact]
    public async Task Heic_ThatTheBrowserCannotShow_GoesAsItIs()
    {
        await using var visit = await site.VisitAsync();
        // Four coloured quarters and no face: the service reads it and finds nobody.
        await visit.ChooseAsync(Path.Combine(SiteFixture.RepoRoot, "tests", "fixtures", "quarters-80x48.heic"));
        await visit.Page.GetByText("This browser cannot show HEIC photos.").WaitForAsync();
        await visit.AgreeAsync();
        await visit.SeeAsync("No face was found");
    }
}
