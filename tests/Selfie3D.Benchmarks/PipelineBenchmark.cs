using System.Diagnostics;
using System.Globalization;
using Selfie3D.Export;
using SkiaSharp;

namespace Selfie3D.Benchmarks;

/// <summary>
/// A 12-megapixel JPEG to GLB in a process of its own: each stage in milliseconds, warm, and the most memory that the process
/// ever held. The goal is 1.0 s on two cores and 500 MB.
/// </summary>
internal static class PipelineBenchmark
{
    private const double GoalMilliseconds = 1000, GoalMegabytes = 500;
    private const int PhotoWidth = 3024, PhotoHeight = 4032; // an upright photo of a telephone

    public static int Run(string[] arguments)
    {
        string models = Option(arguments, "--models") ?? Path.Combine(AppContext.BaseDirectory, "models");
        string? photo = Option(arguments, "--photo");
        string runs = Option(arguments, "--runs") ?? "10";
        string large = Path.Combine(Path.GetTempPath(), $"selfie3d-benchmark-{Environment.ProcessId}.jpg");
        try
        {
            WriteLargePhoto(photo ?? Path.Combine(AppContext.BaseDirectory, "selfie.jpg"), large);
            // In a child, so that making the photo does not count as memory of the pipeline.
            var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
                start.ArgumentList.Add(typeof(PipelineBenchmark).Assembly.Location);
            foreach (string argument in (string[])["pipeline-child", "--models", models, "--photo", large, "--runs", runs])
                start.ArgumentList.Add(argument);
            using var child = Process.Start(start)!;
            child.WaitForExit();
            return child.ExitCode;
        }
        finally
        {
            File.Delete(large);
        }
    }

    public static int RunChild(string[] arguments)
    {
        int runs = int.Parse(Option(arguments, "--runs")!, CultureInfo.InvariantCulture);
        byte[] photo = File.ReadAllBytes(Option(arguments, "--photo")!);
        using var reconstructor = new SelfieReconstructor(new ReconstructorOptions { ModelFolder = Option(arguments, "--models")! });
        const int WarmUps = 3;
        var timings = new List<StageTimings>();
        SelfieReconstruction? head = null;
        long bytes = 0;
        using var process = Process.GetCurrentProcess();
        var processorBefore = TimeSpan.Zero;
        for (int i = 0; i < WarmUps + runs; i++)
        {
            if (i == WarmUps)
                processorBefore = process.TotalProcessorTime;
            head = reconstructor.Reconstruct(photo);
            var clock = Stopwatch.StartNew();
            using var glb = new MemoryStream();
            GlbExporter.Write(head.Head, glb);
            bytes = glb.Length;
            if (i >= WarmUps)
                timings.Add(head.Timings with { Export = clock.Elapsed.TotalMilliseconds });
        }

        process.Refresh();
        Print(timings, head!, photo.Length, bytes, (process.TotalProcessorTime - processorBefore).TotalMilliseconds / runs);
        return 0;
    }

    private static void Print(List<StageTimings> timings, SelfieReconstruction head, int photoBytes, long glbBytes, double processorMilliseconds)
    {
        Write($"{head.PhotoWidth} x {head.PhotoHeight} JPEG of {photoBytes / 1e6:0.0} MB to GLB of {glbBytes / 1e6:0.0} MB, {head.Head.Mesh.TriangleCount} triangles, {timings.Count} warm runs, {Environment.ProcessorCount} cores");
        Write($"{"stage",-9}{"median ms",11}{"best ms",10}");
        Row("decode", t => t.Decode);
        Row("detect", t => t.Detect);
        Row("regress", t => t.Regress);
        Row("mesh", t => t.Mesh);
        Row("texture", t => t.Texture);
        Row("export", t => t.Export);
        double total = Row("total", t => t.Total);
        Write($"{"cpu",-9}{processorMilliseconds,11:0.0}   (all cores together; unlike the times above it hardly depends on other work)");
        double peak = PeakMegabytes();
        Write($"peak memory {peak:0} MB");
        Write($"goals: {GoalMilliseconds:0} ms {(total <= GoalMilliseconds ? "met" : "MISSED")}, {GoalMegabytes:0} MB {(peak <= GoalMegabytes ? "met" : "MISSED")}");

        double Row(string name, Func<StageTimings, double> stage)
        {
            double[] sorted = [.. timings.Select(stage).Order()];
            Write($"{name,-9}{sorted[sorted.Length / 2],11:0.0}{sorted[0],10:0.0}");
            return sorted[sorted.Length / 2];
        }
    }

    private static void WriteLargePhoto(string source, string target)
    {
        using var original = SKBitmap.Decode(source) ?? throw new FileNotFoundException($"\"{source}\" is no photo; name one with --photo.");
        using var large = new SKBitmap(PhotoWidth, PhotoHeight);
        using (var canvas = new SKCanvas(large))
        using (var image = SKImage.FromBitmap(original))
        {
            float scale = Math.Max((float)PhotoWidth / original.Width, (float)PhotoHeight / original.Height);
            var area = SKRect.Create((PhotoWidth - scale * original.Width) / 2, (PhotoHeight - scale * original.Height) / 2, scale * original.Width, scale * original.Height);
            canvas.DrawImage(image, area, new SKSamplingOptions(SKCubicResampler.Mitchell));
        }

        // A little noise, so that the file is as large and as slow to decode as a camera's.
        var pixels = large.GetPixelSpan();
        var random = new Random(1);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? (byte)255 : (byte)Math.Clamp(pixels[i] + random.Next(-6, 7), 0, 255);
        using var data = large.Encode(SKEncodedImageFormat.Jpeg, 90);
        using var file = File.Create(target);
        data.SaveTo(file);
    }

    private static double PeakMegabytes()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1e6;
    }

    private static string? Option(string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
