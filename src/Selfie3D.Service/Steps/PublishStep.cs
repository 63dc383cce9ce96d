using System.Diagnostics;
using System.IO.Compression;
using Selfie3D.Export;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Steps;

/// <summary>Textured head to files: <c>work/{id}/head.bin</c> to <c>results/{id}/...</c>; a set of results is whole when all of them are there.</summary>
public sealed class PublishStep(JobFiles files, MeshStep mesh, StepOutputs outputs, ReconstructorOptions reconstruction)
{
    // Entries of an archive have a time; a fixed one keeps the bytes the same for the same head.
    private static readonly DateTimeOffset ZipTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Does the step; only lists the files when they are there.</summary>
    public async Task<IReadOnlyList<ResultFile>> RunAsync(string id, CancellationToken cancel)
    {
        if (!outputs.IsFirst(id))
        {
            var present = await files.ListResultsAsync(id, cancel).ConfigureAwait(false);
            if (BlobLayout.ResultFiles.All(file => present.ContainsKey(file.FileName)))
                return [.. BlobLayout.ResultFiles.Select(file => new ResultFile(file.Format, present[file.FileName]))];
        }

        var head = (await mesh.ReadAsync(id, cancel).ConfigureAwait(false)).Head;
        double exportMs = 0; // the computing alone, as on the command line
        var uploads = new List<Task>();
        var results = new List<ResultFile>();
        foreach (var (format, fileName, contentType) in BlobLayout.ResultFiles)
        {
            if (format == "json")
                head = head with { Timings = head.Timings with { Export = exportMs } };

            var clock = Stopwatch.StartNew();
            var content = await Computation.RunAsync(() => Export(head, format), cancel).ConfigureAwait(false);
            exportMs += clock.Elapsed.TotalMilliseconds;
            results.Add(new ResultFile(format, content.ToMemory().Length));
            uploads.Add(files.WriteResultAsync(id, fileName, contentType, content, cancel));
        }

        await Task.WhenAll(uploads).ConfigureAwait(false);
        return results;
    }

    private BinaryData Export(SelfieReconstruction head, string format)
    {
        var stream = new MemoryStream();
        switch (format)
        {
            case "glb":
                GlbExporter.Write(head.Head, stream, GlbOptions.Of(head));
                break;
            case "glb-compressed":
                GlbExporter.Write(head.Head, stream, GlbOptions.Of(head) with { Compressed = true });
                break;
            case "obj":
                WriteZip(head, stream);
                break;
            case "ply":
                PlyExporter.Write(head.Head, stream);
                break;
            case "stl":
                StlExporter.Write(head.Head.Mesh, stream);
                break;
            case "preview":
                PreviewRenderer.Write(head.Head, stream, new PreviewOptions { MaxThreads = reconstruction.Texture.MaxThreads });
                break;
            default:
                stream.Write(SelfieDocument.Of(head).ToUtf8Json());
                break;
        }

        return BinaryData.FromBytes(stream.GetBuffer().AsMemory(0, (int)stream.Length));
    }

    private static void WriteZip(SelfieReconstruction head, Stream output)
    {
        using var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true);
        Add("head.obj", CompressionLevel.Fastest, stream => ObjExporter.Write(head.Head, stream, "head.mtl"));
        Add("head.mtl", CompressionLevel.Fastest, stream => ObjExporter.WriteMaterial(stream, "head_texture.jpg"));
        Add("head_texture.jpg", CompressionLevel.NoCompression, stream => ObjExporter.WriteTexture(head.Head, stream));

        void Add(string name, CompressionLevel level, Action<Stream> write)
        {
            var entry = zip.CreateEntry(name, level);
            entry.LastWriteTime = ZipTime;
            using var stream = entry.Open();
            write(stream);
        }
    }
}
