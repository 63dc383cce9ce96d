using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Selfie3D.LocalHost.Storage;

/// <summary>
/// Azurite as a child process on free ports of the loopback interface, with a key of its own. It ends with this process, even
/// when that is killed.
/// </summary>
public sealed class AzuriteProcess : IAsyncDisposable
{
    /// <summary>Name of the emulated account, and first part of the path of every blob's address.</summary>
    public const string Account = "storage";

    private const int StartTries = 3;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60), StopPatience = TimeSpan.FromSeconds(15);

    private readonly Process _process;

    private AzuriteProcess(Process process, int blobPort, int queuePort, string key)
    {
        _process = process;
        BlobEndpoint = new Uri($"http://127.0.0.1:{blobPort}/{Account}");
        ConnectionString = $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={key};" +
            $"BlobEndpoint={BlobEndpoint};QueueEndpoint=http://127.0.0.1:{queuePort}/{Account};";
    }

    /// <summary>Where the blobs are.</summary>
    public Uri BlobEndpoint { get; }

    /// <summary>For clients of the Azure SDK.</summary>
    public string ConnectionString { get; }

    /// <summary>Completed when the process has ended.</summary>
    public Task Ended => _process.WaitForExitAsync();

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Installs it when needed, and starts it.</summary>
    /// <param name="homeFolder">Holds installation and, when none is named, data.</param>
    /// <param name="log">Says where the data are.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <param name="dataFolder">Holds the blobs; null = <c>storage</c> in the home folder.</param>
    /// <param name="ports">Blob and queue port; null takes free ones.</param>
    /// <exception cref="LocalHostException">It cannot be installed or started.</exception>
    public static async Task<AzuriteProcess> StartAsync(
        string homeFolder, ILogger log, CancellationToken cancel, string? dataFolder = null, (int Blob, int Queue)? ports = null)
    {
        string installation = await AzuriteInstall.EnsureAsync(homeFolder, log, cancel).ConfigureAwait(false);
        string data = dataFolder ?? Path.Combine(homeFolder, "storage");
        string key = ReadKey(data);
        for (int left = StartTries; ; left--)
        {
            var (blobPort, queuePort) = ports ?? (FreePort(), FreePort());
            var errors = new List<string>();
            var azurite = new AzuriteProcess(Start(installation, data, blobPort, queuePort, key, errors), blobPort, queuePort, key);
            if (await azurite.ReadyAsync([blobPort, queuePort], cancel).ConfigureAwait(false))
            {
                log.AzuriteStarted(data);
                return azurite;
            }

            await azurite.DisposeAsync().ConfigureAwait(false);
            if (left <= 1)
                throw new LocalHostException($"The storage emulator did not start. {string.Join(' ', errors.Take(10))} Name another folder with --data, or an account with --connection.");
        }
    }

    /// <summary>A port of the loopback interface that nobody uses at this moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Stops it; it saves its data first.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.StandardInput.Close();
                using var patience = new CancellationTokenSource(StopPatience);
                await _process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static Process Start(string installation, string data, int blobPort, int queuePort, string key, List<string> errors)
    {
        var start = new ProcessStartInfo("node",
        [
            AzuriteInstall.Script, "--location", data, "--silent", "--disableTelemetry", "--skipApiVersionCheck",
            "--blobHost", "127.0.0.1", "--queueHost", "127.0.0.1", "--tableHost", "127.0.0.1",
            "--blobPort", $"{blobPort}", "--queuePort", $"{queuePort}", "--tablePort", $"{FreePort()}",
        ])
        {
            WorkingDirectory = installation,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{key}";
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;

        void Keep(string? line)
        {
            if (!string.IsNullOrWhiteSpace(line) && errors.Count < 20)
                errors.Add(line.Trim());
        }
    }

    // A key of its own for every data folder: the emulator's well-known key would let anybody sign links.
    private static string ReadKey(string data)
    {
        Directory.CreateDirectory(data);
        string path = Path.Combine(data, "account.key");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(64)));
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return File.ReadAllText(path).Trim();
    }

    private async Task<bool> ReadyAsync(int[] ports, CancellationToken cancel)
    {
        var until = DateTimeOffset.UtcNow + StartPatience;
        foreach (int port in ports)
        {
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                if (_process.HasExited || DateTimeOffset.UtcNow > until)
                    return false;
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port, cancel).ConfigureAwait(false);
                    break;
                }
                catch (SocketException)
                {
                    await Task.Delay(50, cancel).ConfigureAwait(false);
                }
            }
        }

        return true;
    }
}
