namespace Selfie3D.Site.Tests;

/// <summary>Every way to fail ends with a sentence that says what to do, and where it can, goes on.</summary>
public sealed class ErrorTests(SiteFixture site)
{
    [Fact]
    public async Task NoFace_SaysWhatToDo()
    {
        await using var visit = await site.VisitAsync();
        await visit.ChooseAsync("nobody.jpg", Pictures.Nobody());
        await visit.AgreeAsync();
        await visit.SeeAsync("No face was found");
        await visit.Page.GetByText("Turn towards the light").WaitForAsync();
        Assert.Equal(0, await visit.Button("Try again").CountAsync()); // the same photo would end the same way
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.SeeAsync("Use this photo?");
    }

    [Fact]
    public async Task NotAnImage_IsSaidBeforeAnythingIsSent()
    {
        await using var visit = await site.VisitAsync();
        await visit.ChooseAsync("holiday.jpg", "this is a letter, not a photo"u8.ToArray());
        await visit.SeeAsync("This is no photo");
    }

    [Fact]
    public async Task DamagedHeic_IsRefusedByTheService()
    {
        await using var visit = await site.VisitAsync();
        await visit.ChooseAsync("broken.heic", Pictures.FakeHeic(50_000));
        await visit.AgreeAsync();
        await visit.SeeAsync("The photo cannot be read");
    }

    [Fact]
    public async Task TooLarge_IsSaidWithoutSendingIt()
    {
        await using var visit = await site.VisitAsync();
        string file = Path.Combine(Directory.CreateTempSubdirectory("selfie3d-huge-").FullName, "huge.heic");
        await File.WriteAllBytesAsync(file, Pictures.FakeHeic(31_000_000), TestContext.Current.CancellationToken);
        await visit.ChooseAsync(file);
        await visit.AgreeAsync();
        await visit.SeeAsync("The photo is too large");
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task UnknownLink_IsSaid()
    {
        await using var visit = await site.VisitAsync("phone", "#head=" + new string('a', 32));
        visit.Expected.Add("404");
        await visit.SeeAsync("This head is gone");
    }

    [Fact]
    public async Task ApiDown_IsSaid_AndTryAgainGoesOn()
    {
        await using var visit = await site.VisitAsync();
        visit.Expected.Add("ERR_");
        await visit.Page.RouteAsync("**/api/**", route => route.AbortAsync("connectionrefused"));
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.GetByText("The connection is lost. Trying again…").WaitForAsync();
        await visit.SeeAsync("The service does not answer");
        await visit.Page.UnrouteAllAsync();
        await visit.Button("Try again").ClickAsync();
        await visit.HeadAsync();
    }

    [Fact]
    public async Task NetworkLost_InTheMiddleOfTheUpload_IsSentAgain()
    {
        await using var visit = await site.VisitAsync();
        visit.Expected.Add("ERR_");
        int tries = 0;
        await visit.Page.RouteAsync("**/uploads/*", route => ++tries <= 2 ? route.AbortAsync("connectionreset") : route.ContinueAsync());
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.GetByText("The connection is lost. Trying again…").WaitForAsync();
        await visit.HeadAsync();
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task AnswerLost_AfterTheUpload_GoesOnWithoutSendingTwice()
    {
        await using var visit = await site.VisitAsync();
        visit.Expected.Add("ERR_");
        int tries = 0;
        await visit.Page.RouteAsync("**/uploads/*", async route =>
        {
            tries++;
            await route.FetchAsync();
            await route.AbortAsync("connectionreset");
        });
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.HeadAsync();
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task NetworkLost_WhileWaiting_GoesOn()
    {
        await using var visit = await site.VisitAsync();
        visit.Expected.Add("ERR_");
        int asked = 0;
        await visit.Page.RouteAsync("**/api/selfies/*", route => ++asked is >= 2 and <= 4 ? route.AbortAsync("internetdisconnected") : route.ContinueAsync());
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.GetByText("The connection is lost. Trying again…").WaitForAsync();
        await visit.HeadAsync();
    }

    [Fact]
    public async Task Busy_IsWaitedFor()
    {
        await using var visit = await site.VisitAsync();
        visit.Expected.Add("503");
        int asked = 0;
        await visit.Page.RouteAsync("**/api/selfies/*", route => ++asked == 1
            ? route.FulfillAsync(new() { Status = 503, ContentType = "application/problem+json", Body = """{"code":"storage-unavailable","detail":"x"}""", Headers = new Dictionary<string, string> { ["Retry-After"] = "1" } })
            : route.ContinueAsync());
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.HeadAsync();
    }

    [Fact]
    public async Task NoCamera_OffersAPhotoInstead()
    {
        await using var visit = await site.VisitAsync("phone", "", options => options.Permissions = []);
        await visit.Page.AddInitScriptAsync("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))");
        await visit.Page.ReloadAsync();
        await visit.Button("Take a selfie").ClickAsync();
        await visit.Page.GetByText("This page may not use the camera.").WaitForAsync();
        await visit.Page.RunAndWaitForFileChooserAsync(() => visit.Button("Choose a photo").ClickAsync());
    }
}
