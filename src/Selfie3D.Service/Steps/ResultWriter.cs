using System.IO.Compression;
using Selfie3D.Export;
using Selfie3D.Service.Storage;
using Selfie3D.Texturing;

namespace Selfie3D.Service.Steps;

/// <summary>Makes the files of one head, one after the other; what several of them need is made once.</summary>
internal sealed class ResultWriter(SelfieReconstruction head, PreviewOptions preview)
{
    // Entries of an archive have a time; a fixed one keeps the bytes the same for the same head.
    private static readonly DateTimeOffset ZipTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly GlbOptions _glb = GlbOptions.Of(head);
    private readonly Lazy<TexturedMesh[]> _levels = new(() => [.. HeadSimplifier.Coarser(head.Head)]);

    /// <summary>The bytes of one file.</summary>
    /// <param name="format">Of <see cref="ResultFormats.All"/>.</param>
    /// <param name="exportMs">Time that all files but the document took, for the document.</param>
    public BinaryData Write(ResultFormat format, double exportMs)
    {
        var stream = new MemoryStream();
        switch (format.Name)
        {
            case "glb":
                GlbExporter.Write(head.Head, stream, _glb);
                break;
            case "glb-compressed":
                GlbExporter.Write(head.Head, stream, _glb with { Packing = GlbPacking.Meshopt });
                break;
            case "glb-draco":
                GlbExporter.Write(head.Head, stream, _glb with { Packing = GlbPacking.Draco });
                break;
            case "glb-lod1":
                GlbExporter.Write(_levels.Value[0], stream, _glb);
                break;
            case "glb-lod2":
                GlbExporter.Write(_levels.Value[1], stream, _glb);
                break;
            case "obj":
                WriteZip(stream);
                break;
            case "ply":
                PlyExporter.Write(head.Head, stream);
                break;
            case "stl":
                StlExporter.Write(head.Head.Mesh, stream);
                break;
            case "usdz":
                // From the first level: with it at hand there is little or nothing left to simplify.
                UsdzExporter.Write(HeadSimplifier.Simplify(_levels.Value[0], UsdzExporter.UsualTriangles), stream);
                break;
            case "turntable":
                Turntable.Write(head.Head, stream, preview);
                break;
            case "preview":
                PreviewRenderer.Write(head.Head, stream, preview);
                break;
            case ResultFormats.Document:
                stream.Write(SelfieDocument.Of(head with { Timings = head.Timings with { Export = exportMs } }).ToUtf8Json());
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format.Name, "No format of a result.");
        }

        return BinaryData.FromBytes(stream.GetBuffer().AsMemory(0, (int)stream.Length));
    }

    private void WriteZip(Stream output)
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
