using BenchmarkDotNet.Running;
using Selfie3D.Benchmarks;

// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- pipeline [--models FOLDER] [--photo FILE] [--runs N]
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- kernels [--filter ...]
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- regressor [SECONDS]
switch (args)
{
    case ["pipeline", .. var rest]:
        return PipelineBenchmark.Run(rest);
    case ["pipeline-child", .. var rest]:
        return PipelineBenchmark.RunChild(rest);
    case ["kernels", .. var rest]:
        BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks)]).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
        return 0;
    case ["regressor", .. var rest]:
        return await RegressorBenchmark.RunAsync(rest);
    default:
        Console.Error.WriteLine("Say what to measure: pipeline (a 12-megapixel JPEG to GLB, stage by stage), kernels (BenchmarkDotNet) or regressor (over HTTP against its networks alone).");
        return 2;
}
