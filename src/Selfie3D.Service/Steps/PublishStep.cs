using System.Diagnostics;
using Selfie3D.Export;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>Textured head to files: <c>work/{id}/head.bin</c> to <c>results/{id}/...</c>; a set of results is whole when all of them are there.</summary>
public sealed class PublishStep(JobFiles files, MeshStep mesh, StepOutputs outputs, ReconstructorOptions reconstruction)
{
    /// <summary>Does the step; only lists the files when they are there.</summary>
    /// <param name="id">Job.</param>
    /// <param name="formats">What was asked for; null = the usual ones.</param>
    /// <param name="cancel">Ends the call.</param>
    public async Task<IReadOnlyList<ResultFile>> RunAsync(string id, IReadOnlyList<string>? formats, CancellationToken cancel)
    {
        ResultFormat[] wanted = [.. ResultFormats.Of(formats)];
        if (!outputs.IsFirst(id))
        {
            var present = await files.ListResultsAsync(id, cancel).ConfigureAwait(false);
            if (wanted.All(file => present.ContainsKey(file.FileName)))
                return [.. wanted.Select(file => new ResultFile(file.Name, present[file.FileName]))];
        }

        var head = (await mesh.ReadAsync(id, cancel).ConfigureAwait(false)).Head;
        var writer = new ResultWriter(head, new PreviewOptions { MaxThreads = reconstruction.Texture.MaxThreads });
        double exportMs = 0; // the computing alone, as on the command line
        var uploads = new List<Task>();
        var results = new List<ResultFile>();
        foreach (var format in wanted)
        {
            var clock = Stopwatch.StartNew();
            var content = await Computation.RunAsync(() => writer.Write(format, exportMs), cancel).ConfigureAwait(false);
            exportMs += clock.Elapsed.TotalMilliseconds;
            results.Add(new ResultFile(format.Name, content.ToMemory().Length));
            uploads.Add(files.WriteResultAsync(id, format, content, cancel));
        }

        await Task.WhenAll(uploads).ConfigureAwait(false);
        return results;
    }
}
