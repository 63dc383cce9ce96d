using System.Diagnostics;
using System.Reflection;

namespace Selfie3D.Cli.Tests;

/// <summary>The built command as a child process: what a user's shell sees.</summary>
internal static class Command
{
    public static string RepoRoot { get; } = typeof(Command).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepoRoot").Value!;

    /// <summary>Models whose answers are known: they take a red disc for a face (tests/fixtures/make_stub_models.py).</summary>
    public static string StubModels { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures");

    public static CommandResult Selfie3D(params string[] arguments) =>
        Run(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "selfie3d.exe" : "selfie3d"), AppContext.BaseDirectory, arguments);

    public static CommandResult Reconstruct(params string[] arguments) => Selfie3D(["reconstruct", "--models", StubModels, .. arguments]);

    public static CommandResult Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output.GetAwaiter().GetResult(), errors);
    }
}

/// <summary>What a command left behind.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Fails when a user would see internals.</summary>
    public CommandResult WithoutStackTrace()
    {
        Assert.DoesNotContain("   at ", Output + Errors);
        Assert.DoesNotContain("Exception", Output + Errors);
        return this;
    }
}
