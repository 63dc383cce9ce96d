namespace Selfie3D.Site.Tests;

/// <summary>A reload goes on where the page was.</summary>
public sealed class ResumeTests(SiteFixture site)
{
    [Fact]
    public async Task Reload_InTheMiddleOfTheJob_ResumesIt()
    {
        await using var visit = await site.VisitAsync();
        // The first answers are held back, so that the reload comes while the page waits.
        var hold = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/selfies/*", async route =>
        {
            await hold.Task;
            await route.ContinueAsync();
        });
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.WaitForURLAsync("**/#head=*");
        await visit.Page.Locator(".steps .now", new() { HasText = "Wait for a free place" }).WaitForAsync();

        await visit.Page.ReloadAsync();
        await visit.SeeAsync("Making your head");
        hold.SetResult();
        await visit.HeadAsync();

        (await visit.StageAsync()).ShowsAHead();
        // The photo came through the reload too.
        Assert.False(await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "On photo" }).IsDisabledAsync());
    }

    [Fact]
    public async Task Reload_InTheMiddleOfTheUpload_SendsThePhotoAgain()
    {
        await using var visit = await site.VisitAsync();
        var stuck = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/uploads/*", route => stuck.Task);
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.WaitForURLAsync("**/#head=*");
        await visit.Page.WaitForFunctionAsync("() => sessionStorage.length > 0");

        await visit.Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
        await visit.Page.ReloadAsync();
        await visit.HeadAsync();
        stuck.SetResult();
        (await visit.StageAsync()).ShowsAHead();
    }

    [Fact]
    public async Task Cancel_DeletesTheJob()
    {
        await using var visit = await site.VisitAsync();
        // Answers never come; the deletion passes.
        await visit.Page.RouteAsync("**/api/selfies/*", route => route.Request.Method == "DELETE" ? route.ContinueAsync() : Task.CompletedTask);
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.AgreeAsync();
        await visit.Page.WaitForURLAsync("**/#head=*");
        string id = new Uri(visit.Page.Url).Fragment["#head=".Length..];
        await visit.Button("Cancel and delete").ClickAsync();
        await visit.Page.GetByText("Deleted. The photo and every file of that head are gone.").WaitForAsync();

        using var http = new HttpClient();
        using var gone = await http.GetAsync(new Uri(site.Url, "api/selfies/" + id), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => sessionStorage.length"));
    }

    [Fact]
    public async Task BackAndForth_ShowsTheStartAndTheHead()
    {
        await using var visit = await site.VisitAsync();
        await visit.MakeHeadAsync();
        string head = visit.Page.Url;
        await visit.Page.GoBackAsync();
        await visit.SeeAsync("Your head in 3D, from one selfie");
        await visit.Page.GoForwardAsync();
        await visit.HeadAsync();
        Assert.Equal(head, visit.Page.Url);
    }
}
