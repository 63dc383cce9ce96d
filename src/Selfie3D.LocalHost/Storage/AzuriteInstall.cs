using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Selfie3D.LocalHost.Storage;

/// <summary>Installs the storage emulator (Azurite) with npm from the lock file of this repository, once per user and version.</summary>
public static class AzuriteInstall
{
    private const string WithoutNode = "Or name a storage account or a running emulator with --connection.";

    /// <summary>The script that starts it; the installation has to be its working folder.</summary>
    public static string Script => Path.Combine(Source, "start.cjs");

    private static string Source => Path.Combine(AppContext.BaseDirectory, "azurite");

    /// <summary>The folder of the installation; installs when it is not there.</summary>
    /// <param name="dataFolder">Holds the installations.</param>
    /// <param name="log">Says when it installs, which takes a minute.</param>
    /// <param name="cancel">Ends the installation.</param>
    /// <exception cref="LocalHostException">Node or npm is missing, or npm failed.</exception>
    public static async Task<string> EnsureAsync(string dataFolder, ILogger log, CancellationToken cancel)
    {
        await RunAsync("node", ["--version"], dataFolder, cancel).ConfigureAwait(false);
        string folder = Path.Combine(dataFolder, "azurite-" + Version());
        if (Directory.Exists(folder))
            return folder;

        log.InstallingAzurite(folder);
        string unfinished = folder + "." + Guid.NewGuid().ToString("N")[..8];
        Directory.CreateDirectory(unfinished);
        try
        {
            foreach (string file in Directory.GetFiles(Source, "*.json"))
                File.Copy(file, Path.Combine(unfinished, Path.GetFileName(file)));
            string npm = OperatingSystem.IsWindows() ? "npm.cmd" : "npm";
            await RunAsync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], unfinished, cancel).ConfigureAwait(false);
            Directory.Move(unfinished, folder); // whole or not at all
        }
        catch (IOException) when (Directory.Exists(folder))
        {
            Directory.Delete(unfinished, recursive: true); // another host was quicker
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }

        return folder;
    }

    private static string Version() =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Source, "package-lock.json"))))[..12];

    private static async Task RunAsync(string program, string[] arguments, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LocalHostException($"{program} was not found. The storage emulator needs Node.js 20 or newer (with npm): install it from https://nodejs.org. {WithoutNode}", e);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            var errors = process.StandardError.ReadToEndAsync(cancel);
            try
            {
                await process.WaitForExitAsync(cancel).ConfigureAwait(false);
                await output.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }

            if (process.ExitCode != 0)
            {
                string text = (await errors.ConfigureAwait(false)).Trim();
                throw new LocalHostException($"{program} {arguments[0]} failed with code {process.ExitCode}: {text[..Math.Min(text.Length, 2000)]} {WithoutNode}");
            }
        }
    }
}
