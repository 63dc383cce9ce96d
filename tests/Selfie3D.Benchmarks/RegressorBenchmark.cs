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
        Console.WriteLine("network   batch callers |  bare heads/s  ms/run  CPU ms/head | served heads/s  ms p50  ms p99  CPU ms/head | of bare: heads/s  CPU | caller CPU ms/head");
        float[] crop = Values(HeadNetworks.CropLength, 0, 1), prior = Values(HeadNetworks.VolumeLength, -HeadNetworks.Truncation, HeadNetworks.Truncation);
        foreach (int batch in args.Length > 1 ? args[1..].Select(text => int.Parse(text, CultureInfo.InvariantCulture)) : [1, 4, 16])
        {
            await using var server = await RegressorProcess.StartAsync(batch);
            using var landmarks = new BareNetwork(HeadRegressor.LandmarkModelFileName, batch, ["landmarks", "confidence", "face", "prior"], ("crop", crop, [3, HeadNetworks.CropSize, HeadNetworks.CropSize]));
            Compare("landmarks", batch, seconds, landmarks, server, RegressorWire.LandmarksPath, RegressorWire.WriteLandmarksRequest(crop, withPrior: true));
            using var volume = new BareNetwork(HeadRegressor.VolumeModelFileName, batch, ["distance"], ("crop", crop, [3, HeadNetworks.CropSize, HeadNetworks.CropSize]),
                ("prior", prior, [HeadNetworks.VolumeSize, HeadNetworks.VolumeSize, HeadNetworks.VolumeSize]));
            Compare("volume", batch, seconds, volume, server, RegressorWire.VolumePath, RegressorWire.WriteVolumeRequest(crop, prior));
        }

        await using var whole = await RegressorProcess.StartAsync(16);
        return Flood(whole, RegressorWire.WriteVolumeRequest(crop, prior));
    }

    // Callers who call again as soon as they have their answer: as many as the batch has places, for the latency; and twice as
    // many, for the throughput, so that the next batch has come when one is done.
    private static void Compare(string name, int batch, double seconds, BareNetwork network, RegressorProcess server, string path, byte[] body)
    {
        var callers = Enumerable.Range(0, 2 * batch).Select(_ => server.Caller(path, body)).ToArray();
        try
        {
            Figures bare = new();
            Figures[] served = [new(), new()];
            var callerCpu = new double[2];
            for (int i = 0; i < WarmUpHeads; i += 2 * batch) // until the server's code is compiled for good
                CallAll(callers, 1, served[0].Times);
            served[0].Times.Clear();
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
                for (int many = 0; many < 2; many++)
                {
                    var calling = callers.AsSpan(0, batch << many).ToArray();
                    cpu = OwnCpu();
                    TimeSpan serverCpu = server.Cpu;
                    watch.Restart();
                    CallAll(calling, runs, served[many].Times);
                    served[many].Add(runs * calling.Length, watch.Elapsed, server.Cpu - serverCpu);
                    callerCpu[many] += (OwnCpu() - cpu).TotalMilliseconds;
                }
            }

            for (int many = 0; many < 2; many++)
            {
                var got = served[many];
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-9} {batch,5} {batch << many,7} | {bare.Rate,13:0.0} {bare.Quantile(0.5),7:0.0} {bare.CpuPerHead,12:0.00} | {got.Rate,14:0.0} {got.Quantile(0.5),7:0.0} {got.Quantile(0.99),7:0.0} {got.CpuPerHead,12:0.00} | {got.Rate / bare.Rate - 1,17:+0.0%;-0.0%} {got.CpuPerHead / bare.CpuPerHead - 1,6:+0.0%;-0.0%} | {callerCpu[many] / got.Heads:0.00}"));
            }
        }
        finally
        {
            foreach (var caller in callers)
                caller.Dispose();
        }
    }

    private static void CallAll(RegressorCaller[] callers, int times, List<double> milliseconds) => Together(callers, caller =>
    {
        for (int i = 0; i < times; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            var (status, _) = caller.Call();
            if (status != HttpStatusCode.OK)
                throw new InvalidOperationException($"The regressor answered {(int)status}.");
            lock (milliseconds)
                milliseconds.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
    });

    // Each caller on a thread of its own, as it waits there; an exception of one is thrown here.
    private static void Together(RegressorCaller[] callers, Action<RegressorCaller> call) => Task.WaitAll(
        [.. callers.Select(caller => Task.Factory.StartNew(() => call(caller), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))]);

    private static int Flood(RegressorProcess server, byte[] body)
    {
        int left = Requests, refused = 0, wrong = 0;
        var times = new System.Collections.Concurrent.ConcurrentBag<double>();
        var callers = Enumerable.Range(0, Clients).Select(_ => server.Caller(RegressorWire.VolumePath, body)).ToArray();
        var watch = Stopwatch.StartNew();
        Together(callers, caller =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                long begun = Stopwatch.GetTimestamp();
                var (status, length) = caller.Call();
                if (status == HttpStatusCode.TooManyRequests)
                    Interlocked.Increment(ref refused);
                else if (status != HttpStatusCode.OK || length != RegressorWire.VolumeAnswerLength)
                    Interlocked.Increment(ref wrong);
                else
                    times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        });
        var elapsed = watch.Elapsed;
        foreach (var caller in callers)
            caller.Dispose();
        var sorted = times.Order().ToArray();
        Console.WriteLine(FormattableString.Invariant(
            $"{Requests} requests from {Clients} clients: {sorted.Length} answered, {refused} refused with 429, {wrong} wrong; {sorted.Length / elapsed.TotalSeconds:0.0} heads/s, p50 {sorted[sorted.Length / 2]:0} ms, p99 {sorted[(int)(0.99 * sorted.Length)]:0} ms"));
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
