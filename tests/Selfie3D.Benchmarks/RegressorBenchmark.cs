using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.ML.OnnxRuntime;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Benchmarks;

/// <summary>
/// The regressor, a process of its own, against bare ONNX Runtime on tensors that are ready: in turns within one run, so that
/// other load on the machine meets both. Processor time is the second figure, as such load hardly changes it; then 1,000 requests
/// from 32 clients.
/// </summary>
internal static class RegressorBenchmark
{
    private const int Requests = 1000, Clients = 32, HeadsInATurn = 32, WarmUpHeads = 160;

    public static async Task<int> RunAsync(string[] args)
    {
        double seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 10;
        Console.WriteLine("network   batch |  bare heads/s  ms/run  CPU ms/head | served heads/s  ms p50  ms p99  CPU ms/head | of bare: heads/s  CPU | client CPU ms/head");
        float[] crop = Values(HeadNetworks.CropLength, 0, 1), prior = Values(HeadNetworks.VolumeLength, -HeadNetworks.Truncation, HeadNetworks.Truncation);
        foreach (int batch in args.Length > 1 ? args[1..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)) : [1, 4, 16])
        {
            await using var server = await RegressorProcess.StartAsync(batch);
            using var landmarks = new BareNetwork(HeadRegressor.LandmarkModelFileName, batch, ["landmarks", "confidence", "face", "prior"], ("crop", crop, [3, HeadNetworks.CropSize, HeadNetworks.CropSize]));
            await CompareAsync("landmarks", batch, seconds, landmarks, server, RegressorWire.LandmarksPath, RegressorWire.WriteLandmarksRequest(crop, withPrior: true));
            using var volume = new BareNetwork(HeadRegressor.VolumeModelFileName, batch, ["distance"], ("crop", crop, [3, HeadNetworks.CropSize, HeadNetworks.CropSize]),
                ("prior", prior, [HeadNetworks.VolumeSize, HeadNetworks.VolumeSize, HeadNetworks.VolumeSize]));
            await CompareAsync("volume", batch, seconds, volume, server, RegressorWire.VolumePath, RegressorWire.WriteVolumeRequest(crop, prior));
        }

        await using var whole = await RegressorProcess.StartAsync(16);
        return await FloodAsync(whole, RegressorWire.WriteVolumeRequest(crop, prior));
    }

    private static async Task CompareAsync(string name, int batch, double seconds, BareNetwork network, RegressorProcess server, string path, byte[] body)
    {
        Figures bare = new(), served = new();
        double clientCpu = 0;
        for (int i = 0; i < WarmUpHeads; i += batch) // until the server's code is compiled for good
            await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => server.CallAsync(path, body)));
        network.Run();
        int runs = Math.Max(1, HeadsInATurn / batch);
        for (var until = Stopwatch.StartNew(); until.Elapsed.TotalSeconds < seconds;)
        {
            TimeSpan cpu = OwnCpu();
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < runs; i++)
            {
                long begun = Stopwatch.GetTimestamp();
                network.Run();
                bare.Times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            bare.Add(runs * batch, watch.Elapsed, OwnCpu() - cpu);

            // As many callers as the batch has places; each calls again as soon as it has its answer.
            cpu = OwnCpu();
            TimeSpan serverCpu = server.Cpu;
            watch.Restart();
            await Task.WhenAll(Enumerable.Range(0, batch).Select(async _ =>
            {
                for (int i = 0; i < runs; i++)
                {
                    double time = await server.CallAsync(path, body);
                    lock (served.Times)
                        served.Times.Add(time);
                }
            }));
            served.Add(runs * batch, watch.Elapsed, server.Cpu - serverCpu);
            clientCpu += (OwnCpu() - cpu).TotalMilliseconds;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-9} {batch,5} | {bare.Rate,13:0.0} {bare.Quantile(0.5),7:0.0} {bare.CpuPerHead,12:0.00} | {served.Rate,14:0.0} {served.Quantile(0.5),7:0.0} {served.Quantile(0.99),7:0.0} {served.CpuPerHead,12:0.00} | {served.Rate / bare.Rate - 1,17:+0.0%;-0.0%} {served.CpuPerHead / bare.CpuPerHead - 1,6:+0.0%;-0.0%} | {clientCpu / served.Heads:0.00}"));
    }

    private static async Task<int> FloodAsync(RegressorProcess server, byte[] body)
    {
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

    private static TimeSpan OwnCpu() => Process.GetCurrentProcess().TotalProcessorTime;

    // Of no face, but also of no zeros: a network takes the same time for any values.
    private static float[] Values(int length, float low, float high)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, length).Select(_ => low + (high - low) * random.NextSingle())];
    }

    private sealed class Figures
    {
        private double _seconds, _cpu;

        public List<double> Times { get; } = [];

        public long Heads { get; private set; }

        public double Rate => Heads / _seconds;

        public double CpuPerHead => _cpu / Heads;

        public void Add(int heads, TimeSpan time, TimeSpan cpu)
        {
            Heads += heads;
            _seconds += time.TotalSeconds;
            _cpu += cpu.TotalMilliseconds;
        }

        public double Quantile(double share) => Times.Order().ElementAt((int)(share * (Times.Count - 1)));
    }

    /// <summary>One network with nothing around it: inputs and outputs lie ready, nothing is copied.</summary>
    private sealed class BareNetwork : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly RunOptions _options = new();
        private readonly string[] _inputNames, _outputNames;
        private readonly OrtValue[] _inputs;

        public BareNetwork(string model, int batch, string[] outputs, params (string Name, float[] Values, long[] Shape)[] inputs)
        {
            using var options = new SessionOptions { InterOpNumThreads = 1, GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            _session = new InferenceSession(Path.Combine(AppContext.BaseDirectory, "models", model), options);
            (_inputNames, _outputNames) = ([.. inputs.Select(input => input.Name)], outputs);
            _inputs = [.. inputs.Select(input => OrtValue.CreateTensorValueFromMemory(
                Enumerable.Repeat(input.Values, batch).SelectMany(values => values).ToArray(), [batch, .. input.Shape]))];
        }

        public void Run()
        {
            using var results = _session.Run(_options, _inputNames, _inputs, _outputNames);
        }

        public void Dispose()
        {
            foreach (var input in _inputs)
                input.Dispose();
            _options.Dispose();
            _session.Dispose();
        }
    }
}
