using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Selfie3D.Tests.Export;

/// <summary>Readers that are not ours.</summary>
internal static class OutsideTools
{
    /// <summary>What `assimp info` says about a file; skips the test where assimp is missing.</summary>
    public static string AssimpInfo(string path)
    {
        var (exitCode, output) = Run("assimp", "info", path) ?? Skip("assimp is missing: apt-get install assimp-utils");
        Assert.True(exitCode == 0, output);
        return output;
    }

    /// <summary>The number after a label in what `assimp info` printed.</summary>
    public static int Number(string info, string label)
    {
        foreach (var line in info.Split('\n'))
            if (line.StartsWith(label, StringComparison.Ordinal)) return int.Parse(line[label.Length..].Trim());
        throw new InvalidOperationException($"No {label} in:\n{info}");
    }

    /// <summary>The Khronos validator's report as JSON; skips the test where Node or the validator is missing.</summary>
    public static string ValidateGltf(string path) => Node("gltf-validator", "validate-gltf.mjs", path);

    /// <summary>What three.js and the decoders of meshoptimizer and Draco read from a GLB file, as JSON; skips the test where they are missing.</summary>
    public static string ReadWithThree(string path) => Node("draco3dgltf", "read-gltf.mjs", path);

    private static string Node(string package, string script, string path)
    {
        var tests = TestsFolder();
        if (!Directory.Exists(Path.Combine(tests, "node_modules", package))) Skip($"{package} is missing: npm ci in tests/");
        var (exitCode, output) = Run("node", Path.Combine(tests, script), path) ?? Skip("node is missing");
        Assert.True(exitCode == 0, output);
        return output;
    }

    private static (int ExitCode, string Output) Skip(string reason)
    {
        Assert.Skip(reason);
        return default;
    }

    private static (int ExitCode, string Output)? Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, process.ExitCode == 0 ? output : output + errors.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string TestsFolder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
