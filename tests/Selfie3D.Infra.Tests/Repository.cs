using System.Diagnostics;
using System.Reflection;

namespace Selfie3D.Infra.Tests;

/// <summary>Files and tools of the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = Metadata("RepoRoot");

    private static string Bicep { get; } = Metadata("Bicep");

    public static string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public static string Text(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Runs the Bicep compiler.</summary>
    /// <returns>Exit code, and what it said on both outputs.</returns>
    public static Task<(int Code, string Output, string Errors)> BicepAsync(params string[] arguments) => RunAsync(Bicep, arguments);

    /// <summary>Runs a program in the repository's root.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static string Metadata(string key) =>
        typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
