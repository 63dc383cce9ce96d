using System.Reflection;
using System.Text.RegularExpressions;
using Selfie3D.Regressor;
using Selfie3D.Service;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Infra.Tests;

/// <summary>Every setting that the code reads is set by the templates and described in the docs, and nothing else is.</summary>
public sealed partial class SettingsTests
{
    // Read by the platform, the Functions host or the Azure SDK, and not by this code.
    private static readonly string[] Platform =
    [
        "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "AZURE_CLIENT_ID",
        "AzureWebJobsStorage__credential", "AzureWebJobsStorage__clientId", "SelfieStorage__credential", "SelfieStorage__clientId",
        "AzureWebJobs.UploadEvents.Disabled", "AzureWebJobs.UploadPolling.Disabled",
    ];

    [Fact]
    public void FunctionsApp_SettingsOfCodeAndTemplate_AreTheSame()
    {
        var read = Names("Selfie3D", typeof(ServiceOptions), except: [nameof(ServiceOptions.Callbacks)])
            .Concat(Names("Selfie3D__Callbacks", typeof(CallbackOptions)).Select(name => name.EndsWith("TrustedHosts", StringComparison.Ordinal) ? name + "__0" : name))
            .Concat(Names("Selfie3D__Regressor", typeof(RegressorOptions)))
            .Concat(OwnSettings().Select(name => "Selfie3D__" + name))
            .Concat(Variables("src/Selfie3D.Functions"))
            .Concat(["AzureWebJobsStorage__accountName", "SelfieStorage__blobServiceUri", "SelfieStorage__queueServiceUri"])
            .Concat(Platform);

        Assert.Equal(Sorted(read), Sorted(SetIn("infra/app/functions.bicep", FunctionsSetting())));
    }

    [Fact]
    public void Regressor_SettingsOfCodeAndTemplate_AreTheSame()
    {
        var read = Names("Regressor", typeof(RegressorHostOptions)).Concat(Variables("src/Selfie3D.Regressor"));

        Assert.Equal(Sorted(read), Sorted(SetIn("infra/app/regressor.bicep", ContainerSetting())));
    }

    [Theory]
    [InlineData("infra/app/functions.bicep", "docs/azure.md")]
    [InlineData("infra/app/regressor.bicep", "docs/regressor.md")]
    public void Settings_OfTheTemplate_AreDescribed(string template, string page)
    {
        string text = Repository.Text(page);
        foreach (string name in SetIn(template, template.Contains("functions", StringComparison.Ordinal) ? FunctionsSetting() : ContainerSetting()))
            Assert.True(text.Contains($"`{name}`", StringComparison.Ordinal), $"{page} does not describe `{name}`.");
    }

    [Fact]
    public void HostJson_TaskHub_IsTheSettings()
    {
        using var host = System.Text.Json.JsonDocument.Parse(Repository.Text("host.json"));
        string? hub = host.RootElement.GetProperty("extensions").GetProperty("durableTask").GetProperty("hubName").GetString();

        Assert.Contains($"Selfie3D__TaskHub: '{hub}'", Repository.Text("infra/app/functions.bicep"), StringComparison.Ordinal);
    }

    [Fact]
    public void HostJson_EveryNumber_IsExplained()
    {
        string page = Repository.Text("docs/azure.md");
        using var host = System.Text.Json.JsonDocument.Parse(Repository.Text("host.json"));
        foreach (string name in Leaves(host.RootElement.GetProperty("extensions")).Append("functionTimeout").Distinct())
            Assert.True(page.Contains($"`{name}`", StringComparison.Ordinal), $"docs/azure.md does not explain `{name}` of host.json.");
    }

    private static IEnumerable<string> Leaves(System.Text.Json.JsonElement element) => element.EnumerateObject().SelectMany(
        member => member.Value.ValueKind == System.Text.Json.JsonValueKind.Object ? Leaves(member.Value) : [member.Name]);

    private static IEnumerable<string> Names(string prefix, Type options, string[]? except = null) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } && property.Name != "EqualityContract" && except?.Contains(property.Name) != true)
        .Select(property => $"{prefix}__{property.Name}");

    // The app itself needs packages that cannot be had everywhere, so its own record is read as text.
    private static IEnumerable<string> OwnSettings() => OptionProperty().Matches(Repository.Text("src/Selfie3D.Functions/Hosting/FunctionsSettings.cs"))
        .Select(match => match.Groups[1].Value).Where(name => name is not ("Service" or "Regressor"));

    private static IEnumerable<string> Variables(string project) => Directory
        .EnumerateFiles(Repository.Path(project), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
        .SelectMany(file => EnvironmentVariable().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value)).Distinct();

    private static List<string> SetIn(string template, Regex setting) => [.. setting.Matches(Repository.Text(template)).Select(match => match.Groups[1].Value)];

    private static string[] Sorted(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];

    [GeneratedRegex(@"^  '?((?:[A-Z][A-Z0-9_]+|[A-Z][A-Za-z0-9]*(?:__|\.)[A-Za-z0-9_.]+))'?: ", RegexOptions.Multiline)]
    private static partial Regex FunctionsSetting();

    [GeneratedRegex(@"\{ name: '([A-Za-z0-9_]+)', value: ")]
    private static partial Regex ContainerSetting();

    [GeneratedRegex(@"public [A-Za-z]+ ([A-Z][A-Za-z]+) \{ get; init; \}")]
    private static partial Regex OptionProperty();

    [GeneratedRegex("\"((?:OTEL|APPLICATIONINSIGHTS)_[A-Z_]+)\"")]
    private static partial Regex EnvironmentVariable();
}
