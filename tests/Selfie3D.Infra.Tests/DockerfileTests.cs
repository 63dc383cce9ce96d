using System.Text.Json;

namespace Selfie3D.Infra.Tests;

/// <summary>The Dockerfiles in two linters, and the promises that no linter knows.</summary>
public sealed class DockerfileTests
{
    public static TheoryData<string> Dockerfiles => ["src/Selfie3D.Regressor/Dockerfile", "src/Selfie3D.Regressor/Dockerfile.gpu"];

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public async Task Dockerfilelint_FindsNothing(string file)
    {
        string tool = Tool("dockerfilelint/bin/dockerfilelint");
        var (code, output, errors) = await Repository.RunAsync("node", tool, "--output", "json", "--config", Repository.Path("tests"), Repository.Path(file));

        Assert.True(code == 0, output + errors);
        using var report = JsonDocument.Parse(output);
        Assert.Equal(0, report.RootElement.GetProperty("totalIssues").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public async Task DockerfileUtils_FindsNothing(string file)
    {
        string script = Repository.Path("tests/lint-dockerfile.mjs");
        Tool("dockerfile-utils/package.json");
        var (code, output, errors) = await Repository.RunAsync("node", script, Repository.Path(file));

        Assert.True(code == 0, output + errors);
    }

    [Theory]
    [MemberData(nameof(Dockerfiles))]
    public void Image_IsMadeInStagesAndRunsWithoutRights(string file)
    {
        string[] lines = File.ReadAllLines(Repository.Path(file));

        Assert.Equal(2, lines.Count(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.All(lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)), line => Assert.DoesNotContain(":latest", line, StringComparison.Ordinal));
        string user = lines.Last(line => line.StartsWith("USER ", StringComparison.Ordinal));
        Assert.Equal("USER 1654", user);
        Assert.DoesNotContain(lines, line => line.StartsWith("ADD ", StringComparison.Ordinal));
        foreach (string path in lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]))
            Assert.True(Path.Exists(Repository.Path(path)), $"{file} copies {path}, which is not there.");
    }

    private static string Tool(string path)
    {
        string tool = Repository.Path("tests/node_modules/" + path);
        Assert.SkipUnless(File.Exists(tool), "The linters are missing: npm ci in tests/.");
        return tool;
    }
}
