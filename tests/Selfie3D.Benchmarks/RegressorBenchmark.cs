using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Selfie3D.Regression;
using Selfie3D.Regressor;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Benchmarks;

/// <summary>
/// The regressor over HTTP against its networks alone, in turns within one run, so that other load on the machine meets both;
/// then 1,000 requests from 32 clients.
/// </summary>
internal static class RegressorBenchmark
{
    private const int Requests = 1000, Clients = 32;

    public static async Task<int> RunAsync(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture) : 3;
        Console.WriteLine("network   batch   alone heads/s   alone ms   served heads/s   served ms (p50)   served/alone   alone CPU ms/head   served CPU ms/head   overhead");
        foreach (int batch in new[] { 1, 4, 16 })
        {
            await using var server = await Server.StartAsync(batch);
            Compare("landmarks", batch, seconds, size => server.Networks.FindLandmarks(new float[size * HeadNetworks.CropLength], size, withPrior: true),
                server, RegressorWire.LandmarksPath, RegressorWire.WriteLandmarksRequest(new float[HeadNetworks.CropLength], withPrior: true));
            Compare("volume", batch, seconds, size => server.Networks.CorrectVolumes(new float[size * HeadNetworks.CropLength], new float[size * HeadNetworks.VolumeLength], size),
                server, RegressorWire.VolumePath, RegressorWire.WriteVolumeRequest(new float[HeadNetworks.CropLength], new float[HeadNetworks.VolumeLength]));
        }

        await using var whole = await Server.StartAsync(16);
        return await FloodAsync(whole);
    }

    private static void Compare(string network, int batch, double seconds, Action<int> run, Server server, string path, byte[] body)
    {
        var alone = new List<double>();
        var served = new List<double>();
        double aloneSeconds = 0, servedSeconds = 0, aloneCpu = 0, servedCpu = 0;
        long aloneHeads = 0, servedHeads = 0;
        run(batch);
        for (var until = Stopwatch.StartNew(); until.Elapsed.TotalSeconds < seconds;)
        {
            var watch = Stopwatch.StartNew();
            double cpu = CpuMilliseconds();
            run(batch);
            aloneCpu += CpuMilliseconds() - cpu;
            alone.Add(watch.Elapsed.TotalMilliseconds);
            aloneSeconds += watch.Elapsed.TotalSeconds;
            aloneHeads += batch;

            watch.Restart();
            cpu = CpuMilliseconds();
            double[] calls = Task.WhenAll(Enumerable.Range(0, batch).Select(_ => server.CallAsync(path, body))).GetAwaiter().GetResult();
            servedSeconds += watch.Elapsed.TotalSeconds;
            servedHeads += batch;
            servedCpu += CpuMilliseconds() - cpu;
            served.AddRange(calls);
        }

        double aloneRate = aloneHeads / aloneSeconds, servedRate = servedHeads / servedSeconds;
        Console.WriteLine(FormattableString.Invariant(
            $"{network,-9} {batch,5} {aloneRate,15:0.0} {Median(alone),10:0.0} {servedRate,16:0.0} {Median(served),17:0.0} {servedRate / aloneRate,14:0.00} {aloneCpu / aloneHeads,19:0.0} {servedCpu / servedHeads,20:0.0} {(servedCpu / servedHeads) / (aloneCpu / aloneHeads) - 1,10:P0}"));
    }

    // Of the whole process, the clients' own work included: what other load on the machine cannot change much.
    private static double CpuMilliseconds() => Process.GetCurrentProcess().TotalProcessorTime.TotalMilliseconds;

    private static async Task<int> FloodAsync(Server server)
    {
        byte[] body = RegressorWire.WriteVolumeRequest(new float[HeadNetworks.CropLength], new float[HeadNetworks.VolumeLength]);
        int left = Requests, refused = 0, wrong = 0;
        var watch = Stopwatch.StartNew();
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var call = Stopwatch.StartNew();
                using var answer = await server.PostAsync(RegressorWire.VolumePath, body);
                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                    Interlocked.Increment(ref refused);
                else if (answer.StatusCode != HttpStatusCode.OK || (await answer.Content.ReadAsByteArrayAsync()).Length != RegressorWire.VolumeAnswerLength)
                    Interlocked.Increment(ref wrong);
                else
                    times.Add(call.Elapsed.TotalMilliseconds);
            }
        }));
        var sorted = times.Order().ToArray();
        Console.WriteLine(FormattableString.Invariant(
            $"{Requests} requests from {Clients} clients: {sorted.Length} answered, {refused} refused with 429, {wrong} wrong; {sorted.Length / watch.Elapsed.TotalSeconds:0.0} heads/s, p50 {sorted[sorted.Length / 2]:0} ms, p99 {sorted[(int)(0.99 * sorted.Length)]:0} ms"));
        return wrong == 0 ? 0 : 1;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _http;

        private Server(WebApplication app)
        {
            _app = app;
            _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(app.Urls.First()) };
        }

        public HeadNetworks Networks => (HeadNetworks)_app.Services.GetService(typeof(HeadNetworks))!;

        public static async Task<Server> StartAsync(int batch)
        {
            // A batch is full when all clients have called: the wait only bounds how long a late one is waited for.
            var app = RegressorApp.Build(["--urls", "http://127.0.0.1:0", "--Regressor:MaxBatch", $"{batch}", "--Regressor:MaxWait", "00:00:00.010"],
                builder => builder.Logging.ClearProviders());
            await app.StartAsync();
            var server = new Server(app);
            while (!(await server._http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode)
                await Task.Delay(50);
            return server;
        }

        public Task<HttpResponseMessage> PostAsync(string path, byte[] body) => _http.PostAsync(new Uri(path, UriKind.Relative), new ByteArrayContent(body));

        public async Task<double> CallAsync(string path, byte[] body)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await PostAsync(path, body);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
            return watch.Elapsed.TotalMilliseconds;
        }

        public async ValueTask DisposeAsync()
        {
            _http.Dispose();
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }
}
