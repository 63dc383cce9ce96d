namespace Selfie3D.Site.Tests;

/// <summary>The page for everybody: axe-core in each state, keyboard only, less motion.</summary>
public sealed class AccessTests(SiteFixture site)
{
    [Theory]
    [InlineData("phone", ColorScheme.Light)]
    [InlineData("desk", ColorScheme.Dark)]
    public async Task Axe_EveryState_FindsNothing(string size, ColorScheme scheme)
    {
        await using var visit = await site.VisitAsync(size, "", options => (options.ColorScheme, options.ReducedMotion) = (scheme, ReducedMotion.Reduce));
        var hold = new TaskCompletionSource();
        await visit.Page.RouteAsync("**/api/selfies/*", async route =>
        {
            await hold.Task;
            await route.ContinueAsync();
        });
        var found = new List<string>();

        await visit.SeeAsync("Your head in 3D, from one selfie");
        await LookAsync("welcome");
        await visit.Button("Take a selfie").ClickAsync();
        await visit.Page.Locator(".hint.good").WaitForAsync();
        await LookAsync("camera");
        await visit.Button("Cancel").ClickAsync();
        await visit.ChooseAsync("letter.jpg", "a letter"u8.ToArray());
        await visit.SeeAsync("This is no photo");
        await LookAsync("failed");
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.SeeAsync("Use this photo?");
        await LookAsync("review");
        await visit.AgreeAsync();
        await visit.SeeAsync("Making your head");
        await LookAsync("working");
        hold.SetResult();
        await visit.HeadAsync();
        await LookAsync("head");
        await visit.PickAsync("On photo");
        await visit.Button("Photo beside").ClickAsync();
        await LookAsync("overlay");
        await visit.Button("Delete now").ClickAsync();
        await LookAsync("delete");
        Assert.Empty(found);

        async Task LookAsync(string state) => found.AddRange((await visit.ViolationsAsync()).Select(line => $"{state}: {line}"));
    }

    [Fact]
    public async Task Keyboard_Alone_GetsToAHeadAndTurnsIt()
    {
        await using var visit = await site.VisitAsync("desk");
        await visit.SeeAsync("Your head in 3D, from one selfie");
        var chooser = visit.Page.WaitForFileChooserAsync(); // before the key: a key is quicker than the listener
        await TabToAsync("Choose a photo");
        await visit.Page.Keyboard.PressAsync("Enter");
        await (await chooser).SetFilesAsync(SiteFixture.Sample);
        await visit.SeeAsync("Use this photo?");
        await TabToAsync("Agree and make my head");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.HeadAsync();
        var before = await visit.StageAsync();

        await TabToAsync("", "canvas");
        for (int k = 0; k < 5; k++)
            await visit.Page.Keyboard.PressAsync("ArrowLeft");
        var turned = await visit.StageAsync();
        Assert.True(turned.Differs(before) > 0.02, "arrow keys turn");
        await visit.Page.Keyboard.PressAsync("0");
        Assert.True((await visit.StageAsync()).Differs(before) < 0.02, "0 turns back");

        await TabToAsync("", "input[name=view]");
        await visit.Page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("clay", await visit.Page.EvaluateAsync<string>("() => document.querySelector('input[name=view]:checked').value"));
        await TabToAsync("Landmarks");
        await visit.Page.Keyboard.PressAsync("Space");
        Assert.Equal("true", await visit.Button("Landmarks").GetAttributeAsync("aria-pressed"));
        await TabToAsync("Delete now");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.GetByRole(AriaRole.Dialog).WaitForAsync();
        await visit.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Dialog).CountAsync());

        async Task TabToAsync(string name, string? selector = null)
        {
            for (int k = 0; k < 60; k++)
            {
                await visit.Page.Keyboard.PressAsync("Tab");
                bool there = selector is null
                    ? await visit.Page.EvaluateAsync<bool>("name => document.activeElement.textContent.trim() === name", name)
                    : await visit.Page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector);
                if (there)
                    return;
            }

            Assert.Fail($"The keyboard does not reach {selector ?? name}.");
        }
    }

    [Fact]
    public async Task Screens_TakeTheFocusAndTheTitle()
    {
        await using var visit = await site.VisitAsync();
        await visit.ChooseAsync(SiteFixture.Sample);
        await visit.SeeAsync("Use this photo?");
        Assert.Equal("Use this photo?", await visit.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        Assert.Equal("Use this photo? · Selfie3D", await visit.Page.TitleAsync());
    }
}
