using System.Diagnostics;
using System.Text.Json;
using Selfie3D.LocalHost.Storage;

namespace Selfie3D.LoadTest;

/// <summary>The host as a child process on loopback, that can be killed and started again at the same address.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly string[] _arguments;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly Lock _gate = new();
    private readonly List<string> _log = [];
    private Process? _process;

    /// <param name="arguments">Of the host, without its address.</param>
    /// <param name="environment">Settings.</param>
    public HostProcess(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        Url = new Uri($"http://127.0.0.1:{AzuriteProcess.FreePort()}/");
        (_arguments, _environment) = (arguments, environment);
    }

    public Uri Url { get; }

    public Process Process => _process ?? throw new InvalidOperationException("The host was not started.");

    /// <summary>All lines it wrote, over all its lives.</summary>
    public string[] Log
    {
        get
        {
            lock (_gate)
                return [.. _log];
        }
    }

    public static string Program => Path.Combine(AppContext.BaseDirectory, "Selfie3D.LocalHost.dll");

    /// <summary>Ids of jobs whose end the host logged, with how they ended; an id comes as often as it was logged.</summary>
    public IEnumerable<(string Id, string Outcome)> EndedJobs()
    {
        foreach (string line in Log)
        {
            if (!line.StartsWith('{') || !line.Contains("\"EventId\":10,", StringComparison.Ordinal))
                continue;
            using var json = JsonDocument.Parse(line);
            var state = json.RootElement.GetProperty("State");
            yield return (state.GetProperty("Id").GetString()!, state.GetProperty("Outcome").GetString()!);
        }
    }

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--url", Url.ToString(), .. _arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in _environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public async Task ReadyAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < StartPatience;)
        {
            if (Process.HasExited)
                break;
            try
            {
                using var answer = await http.GetAsync(new Uri(Url, "api/health/ready")).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }

            await Task.Delay(50).ConfigureAwait(false);
        }

        throw new InvalidOperationException("The host did not become ready: " + string.Join('\n', Log.TakeLast(20)));
    }

    /// <summary>Ends it as the kernel would: at once, in the middle of anything.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync().ConfigureAwait(false);
        Process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync().ConfigureAwait(false);
        _process?.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
            _log.Add(line);
    }
}
