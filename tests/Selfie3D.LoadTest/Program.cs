using System.Globalization;
using Selfie3D.LoadTest;

// Heavy checks of the service, on loopback only, with a host and an emulator of their own:
//   dotnet run -c Release --project tests/Selfie3D.LoadTest -- load [--jobs 200] [--clients 20] [--workers 1]
//   dotnet run -c Release --project tests/Selfie3D.LoadTest -- kill [--times 50]
//   dotnet run -c Release --project tests/Selfie3D.LoadTest -- outage [--jobs 8] [--seconds 10]
//   dotnet run -c Release --project tests/Selfie3D.LoadTest -- mutate [--count 1000]
// With --real the models of the repository and its sample photo, in full size, instead of the stub models.
if (args.Length == 0)
{
    await Console.Error.WriteLineAsync("Say what to run: load, kill, outage or mutate.");
    return 2;
}

bool real = args.Contains("--real");
var bench = real
    ? new Bench
    {
        Workers = Number("--workers", 1),
        Small = false,
        Models = Path.Combine(Bench.RepoRoot, "models"),
        Photo = await File.ReadAllBytesAsync(Path.Combine(Bench.RepoRoot, "samples", "selfie.jpg")),
    }
    : new Bench { Workers = Number("--workers", 1) };
await using (bench)
{
    await bench.StartStorageAsync();
    switch (args[0])
    {
        case "load":
            var load = await LoadRun.RunAsync(bench, Number("--jobs", 200), Number("--clients", 20));
            Console.WriteLine(load);
            return load.Done == load.Jobs && load.Repeated == 0 ? 0 : 1;
        case "kill":
            return Judge(await KillRun.KillHostAsync(bench, Number("--times", 50)));
        case "outage":
            return Judge(await KillRun.StopStorageAsync(bench, Number("--jobs", 8), TimeSpan.FromSeconds(Number("--seconds", 10))));
        case "mutate":
            var mutation = await MutationRun.RunAsync(bench, Number("--count", 1000));
            Console.WriteLine(mutation);
            return mutation.ServerErrors == 0 ? 0 : 1;
        default:
            await Console.Error.WriteLineAsync($"There is no run \"{args[0]}\"; there are load, kill, outage and mutate.");
            return 2;
    }
}

int Number(string name, int otherwise)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;
}

static int Judge(KillReport report)
{
    Console.WriteLine(report);
    return report.Done == report.Jobs && report.Incomplete == 0 && report.Orphans.Count == 0 ? 0 : 1;
}
