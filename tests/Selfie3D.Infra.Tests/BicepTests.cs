using System.Text.Json;
using System.Text.Json.Nodes;

namespace Selfie3D.Infra.Tests;

/// <summary>The templates in the real compiler: no warning at all, and what they would deploy.</summary>
public sealed class BicepTests
{
    public static TheoryData<string> Templates => ["infra/main.bicep", "infra/app/events.bicep"];

    public static TheoryData<string> Parameters => ["infra/main.bicepparam", "infra/main.cpu.bicepparam"];

    [Theory]
    [MemberData(nameof(Templates))]
    public async Task Lint_Template_FindsNothing(string template)
    {
        Skip();
        var (code, output, errors) = await Repository.BicepAsync("lint", Repository.Path(template));

        Assert.Equal((0, "", ""), (code, output.Trim(), errors.Trim())); // warnings leave the exit code at 0
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task BuildParams_FindsNothing(string parameters)
    {
        Skip();
        var (code, _, errors) = await Repository.BicepAsync("build-params", Repository.Path(parameters), "--stdout");

        Assert.Equal((0, ""), (code, errors.Trim()));
    }

    [Fact]
    public async Task Format_EveryTemplate_IsAsTheCompilerWritesIt()
    {
        Skip();
        foreach (string file in Directory.EnumerateFiles(Repository.Path("infra"), "*.bicep*", SearchOption.AllDirectories).Where(file => file.EndsWith(".bicep", StringComparison.Ordinal)))
        {
            var (code, formatted, errors) = await Repository.BicepAsync("format", file, "--stdout");
            Assert.Equal((0, ""), (code, errors.Trim()));
            Assert.True(formatted.ReplaceLineEndings("\n").TrimEnd() == (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n").TrimEnd(), $"Run: bicep format {file}");
        }
    }

    // To write the snapshots anew: SELFIE3D_WRITE_SNAPSHOTS=1. The diff shows what a change of the templates would change in Azure.
    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu")]
    [InlineData("none")]
    public async Task Snapshot_WhatWouldBeDeployed_IsAsRecorded(string regressor)
    {
        Skip();
        string recorded = Repository.Path($"tests/Selfie3D.Infra.Tests/snapshots/{regressor}.json");
        string folder = Directory.CreateTempSubdirectory("selfie3d-infra-").FullName;
        try
        {
            string parameters = Path.Combine(folder, "snapshot.bicepparam");
            string template = Path.GetRelativePath(folder, Repository.Path("infra/main.bicep"));
            await File.WriteAllTextAsync(parameters, $"""
                using '{template}'
                param environmentName = 'snapshot'
                param location = 'swedencentral'
                param regressor = '{regressor}'
                param regressorClientId = '{(regressor == "none" ? "" : "00000000-0000-0000-0000-000000000001")}'
                param alertMail = 'somebody@example.com'
                param budgetStart = '2026-01-01'
                """);
            var (code, output, errors) = await Repository.BicepAsync(
                "snapshot", parameters, "--mode", "overwrite", "--subscription-id", "00000000-0000-0000-0000-000000000000", "--tenant-id", "00000000-0000-0000-0000-000000000002", "--location", "swedencentral");
            Assert.True(code == 0, output + errors);
            string snapshot = Pretty(await File.ReadAllTextAsync(Path.Combine(folder, "snapshot.snapshot.json")));
            if (Environment.GetEnvironmentVariable("SELFIE3D_WRITE_SNAPSHOTS") == "1")
                await File.WriteAllTextAsync(recorded, snapshot);
            Assert.Equal(await File.ReadAllTextAsync(recorded), snapshot);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cpu")]
    [InlineData("none")]
    public void Snapshot_Resources_AreAsSafeAsPromised(string regressor)
    {
        var resources = JsonNode.Parse(Repository.Text($"tests/Selfie3D.Infra.Tests/snapshots/{regressor}.json"))!["predictedResources"]!.AsArray();

        var accounts = Of("Microsoft.Storage/storageAccounts");
        Assert.Equal(2, accounts.Count);
        Assert.All(accounts, account =>
        {
            Assert.False((bool)account["properties"]!["allowSharedKeyAccess"]!);
            Assert.False((bool)account["properties"]!["allowBlobPublicAccess"]!);
            Assert.Equal("TLS1_2", (string?)account["properties"]!["minimumTlsVersion"]);
        });
        Assert.Equal(regressor == "none" ? 0 : 1, Of("Microsoft.App/containerApps").Count);
        Assert.Equal(regressor == "none" ? 0 : 1, Of("Microsoft.App/containerApps/authConfigs").Count);
        Assert.All(Of("Microsoft.App/containerApps"), app => Assert.Equal(0, (int)app["properties"]!["template"]!["scale"]!["minReplicas"]!));
        Assert.Equal(3, Of("Microsoft.Insights/scheduledQueryRules").Count);
        Assert.Single(Of("Microsoft.Consumption/budgets"));
        string all = resources.ToJsonString();
        Assert.Equal(regressor == "gpu", all.Contains("Consumption-GPU-NC8as-T4", StringComparison.Ordinal));
        Assert.DoesNotContain("listKeys", all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("AccountKey", all, StringComparison.OrdinalIgnoreCase);

        List<JsonNode> Of(string type) => [.. resources.Where(resource => (string?)resource!["type"] == type).Select(resource => resource!)];
    }

    // Keys in the alphabet's order: the compiler writes the outputs in another one each time.
    private static string Pretty(string json) =>
        Sorted(JsonNode.Parse(json))!.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject named => new JsonObject(named.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, Sorted(pair.Value)))),
        JsonArray listed => new JsonArray([.. listed.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    private static void Skip() => Assert.SkipUnless(OperatingSystem.IsLinux(), "The Bicep compiler of this test is the one for Linux.");
}
