using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Selfie3D.Benchmarks;

/// <summary>The container's program as a process on loopback, as the image runs it.</summary>
internal sealed class RegressorProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private RegressorProcess(Process process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address };
    }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<RegressorProcess> StartAsync(int batch)
    {
        string address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Selfie3D.Regressor.dll"), "--urls", address, "--Regressor:MaxBatch", $"{batch}", "--Logging:LogLevel:Default", "Warning",
        ]);
        var server = new RegressorProcess(Process.Start(start)!, new Uri(address));
        for (var watch = Stopwatch.StartNew(); !await server.IsReadyAsync(); await Task.Delay(50))
        {
            if (watch.Elapsed.TotalSeconds > 60)
                throw new TimeoutException("The regressor did not get ready within a minute.");
        }

        return server;
    }

    /// <summary>A connection to it.</summary>
    public RegressorCaller Caller(string path, byte[] body) => new(_http.BaseAddress!, path, body);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
