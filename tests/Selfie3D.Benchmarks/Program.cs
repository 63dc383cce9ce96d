using BenchmarkDotNet.Running;
using Selfie3D.Benchmarks;

// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- pipeline [--models FOLDER] [--photo FILE] [--runs N]
// python3 tests/Selfie3D.Benchmarks/compare_surfaces.py: the isosurface beside VTK's and scikit-image's
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- stages [--filter ...]
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- kernels [--filter ...]
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- regressor [SECONDS]
// dotnet run -c Release --project tests/Selfie3D.Benchmarks -- heads OUT.jpg PHOTO...
switch (args)
{
    case ["pipeline", .. var rest]:
        return PipelineBenchmark.Run(rest);
    case ["pipeline-child", .. var rest]:
        return PipelineBenchmark.RunChild(rest);
    case ["heads", var sheet, .. var photos] when photos.Length > 0:
        return HeadSheet.Run(sheet, photos);
    case ["surface"]:
        return SurfaceServer.Run();
    case ["stages", .. var rest]:
        BenchmarkSwitcher.FromTypes([typeof(StageBenchmarks)]).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
        return 0;
    case ["kernels", .. var rest]:
        BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks), typeof(TextureBenchmarks)]).Run(rest.Length > 0 ? rest : ["--filter", "*"]);
        return 0;
    case ["regressor", .. var rest]:
        return await RegressorBenchmark.RunAsync(rest);
    default:
        Console.Error.WriteLine("Say what to measure: pipeline (a 12-megapixel JPEG to GLB, stage by stage), stages (volume to files), kernels (both BenchmarkDotNet), regressor (over HTTP against its networks alone), or heads OUT.jpg PHOTO... (no time, but looks: each head from five sides).");
        return 2;
}
