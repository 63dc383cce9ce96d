using System.Diagnostics;

namespace Selfie3D.Cli;

/// <summary>Works through the photos of one command.</summary>
internal static class ReconstructRunner
{
    /// <summary>Makes all heads; goes on past photos that fail.</summary>
    /// <returns>The worst exit code.</returns>
    public static int Run(ReconstructRequest request, CancellationToken cancel)
    {
        var report = Report.Create(request.Json);
        try
        {
            return Run(request, report, cancel);
        }
        catch (OperationCanceledException)
        {
            report.Problem("Cancelled. Heads that were finished stay; nothing else was written.");
            return ExitCodes.Other;
        }
        catch (SelfieException e)
        {
            report.Problem(e.Message);
            return ExitCodes.Of(e.Code);
        }
    }

    private static int Run(ReconstructRequest request, Report report, CancellationToken cancel)
    {
        int exitCode = ExitCodes.Done;
        var photos = PhotoList.Expand(request.Inputs, out var emptyFolders);
        foreach (string folder in emptyFolders)
        {
            report.Problem($"The folder \"{folder}\" has no photos (JPEG, PNG, WebP, HEIC). Name a folder that holds some, or a photo.");
            exitCode = ExitCodes.Usage;
        }

        if (photos.Count == 0)
            return exitCode;
        if (OutputFolder.Prepare(request.OutputFolder) is { } reason)
        {
            report.Problem(reason);
            return ExitCodes.Other;
        }

        using var reconstructor = new SelfieReconstructor(OptionsOf(request));
        var names = new OutputNames();
        var paths = photos.Select(Path.GetFullPath).ToHashSet();
        return report.While(photos.Count, () =>
        {
            foreach (string photo in photos)
            {
                cancel.ThrowIfCancellationRequested();
                report.Begin(photo);
                exitCode = ExitCodes.Worse(exitCode, One(photo, paths, request, reconstructor, names, report, cancel));
                report.Step();
            }

            return exitCode;
        });
    }

    private static int One(
        string photo, HashSet<string> photos, ReconstructRequest request, SelfieReconstructor reconstructor, OutputNames names, Report report,
        CancellationToken cancel)
    {
        try
        {
            var options = new SelfieOptions { Face = request.Face, PupilDistanceMm = request.PupilDistanceMm };
            byte[] bytes = PhotoFile.Read(photo);
            string name = names.ForPhoto(photo);
            if (!request.AllFaces)
            {
                Write(reconstructor.Reconstruct(bytes, options, cancel), photo, photos, name, request, report, cancel);
                return ExitCodes.Done;
            }

            int face = 0;
            foreach (var head in reconstructor.ReconstructAll(bytes, options, cancel))
                Write(head, photo, photos, names.ForFace(name, ++face), request, report, cancel);
            return ExitCodes.Done;
        }
        catch (SelfieException e)
        {
            report.Failed(photo, e.Code, e.Message);
            return ExitCodes.Of(e.Code);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report.Failed(photo, "write-failed", $"The result cannot be written to \"{request.OutputFolder}\": {e.Message} Free some space, or choose another folder with --out.");
            return ExitCodes.Other;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A photo must not end the others, and a stack trace helps no user.
            report.Failed(photo, "internal-error", $"This should not happen ({e.GetType().Name}: {e.Message}). Please report it with the photo's kind and size.");
            return ExitCodes.Other;
        }
    }

    private static void Write(SelfieReconstruction head, string photo, HashSet<string> photos, string name, ReconstructRequest request, Report report, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        using var files = new OutputFolder(request.OutputFolder, photos);
        if (request.Triangles is { } most)
            head = head.Simplify(most, cancel);
        HeadFiles.Write(head, name, request, files, cancel);
        head = head with { Timings = head.Timings with { Export = clock.Elapsed.TotalMilliseconds } };
        var document = SelfieDocument.Of(head);
        files.Add(name + ".json", stream => stream.Write(document.ToUtf8Json()));
        report.Head(photo, files.Publish(), document);
    }

    private const int LargestUsualTexture = 1024;

    private static ReconstructorOptions OptionsOf(ReconstructRequest request)
    {
        var options = new ReconstructorOptions();
        return options with
        {
            ModelFolder = request.ModelFolder ?? options.ModelFolder,
            Inference = options.Inference with { Threads = request.Threads },
            Isosurface = options.Isosurface with { MaxThreads = request.MaxThreads },
            // Photos are decoded about as large as the default textures need them.
            Decoder = request.TextureSize > LargestUsualTexture ? options.Decoder with { TargetLongSide = 2 * request.TextureSize } : options.Decoder,
            Texture = options.Texture with { Size = request.TextureSize, MaxThreads = request.MaxThreads },
        };
    }
}
