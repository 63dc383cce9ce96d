using Selfie3D.Export;
using Selfie3D.Texturing;

namespace Selfie3D.Cli;

/// <summary>The 3D files and the pictures of one head.</summary>
internal static class HeadFiles
{
    public static void Write(SelfieReconstruction head, string name, ReconstructRequest request, OutputFolder files, CancellationToken cancel)
    {
        var formats = request.Formats;
        var glb = GlbOptions.Of(head, name);
        if (formats.HasFlag(HeadFormats.Glb))
            files.Add(name + ".glb", stream => GlbExporter.Write(head.Head, stream, glb));
        if (formats.HasFlag(HeadFormats.Meshopt))
            files.Add(name + ".meshopt.glb", stream => GlbExporter.Write(head.Head, stream, glb with { Packing = GlbPacking.Meshopt }));
        if (formats.HasFlag(HeadFormats.Draco))
            files.Add(name + ".draco.glb", stream => GlbExporter.Write(head.Head, stream, glb with { Packing = GlbPacking.Draco }));
        if (request.LevelsOfDetail)
        {
            foreach (var (index, coarser) in HeadSimplifier.Coarser(head.Head, cancel).Index())
                files.Add(FormattableString.Invariant($"{name}.lod{index + 1}.glb"), stream => GlbExporter.Write(coarser, stream, glb));
        }

        if (formats.HasFlag(HeadFormats.Obj))
        {
            // Not name.jpg: that may be the photo.
            string material = ObjExporter.SafeName(name) + ".mtl", texture = ObjExporter.SafeName(name) + "_texture.jpg";
            files.Add(name + ".obj", stream => ObjExporter.Write(head.Head, stream, material));
            files.Add(material, stream => ObjExporter.WriteMaterial(stream, texture));
            files.Add(texture, stream => ObjExporter.WriteTexture(head.Head, stream));
        }

        if (formats.HasFlag(HeadFormats.Ply))
            files.Add(name + ".ply", stream => PlyExporter.Write(head.Head, stream));
        if (formats.HasFlag(HeadFormats.Stl))
            files.Add(name + ".stl", stream => StlExporter.Write(head.Head.Mesh, stream));
        if (formats.HasFlag(HeadFormats.Usdz))
            files.Add(name + ".usdz", stream => UsdzExporter.Write(HeadSimplifier.Simplify(head.Head, UsdzExporter.UsualTriangles, cancel), stream));
        var preview = new PreviewOptions { MaxThreads = request.MaxThreads };
        if (request.Turntable)
            files.Add(name + ".turntable.webp", stream => Turntable.Write(head.Head, stream, preview));
        files.Add(name + ".png", stream => PreviewRenderer.Write(head.Head, stream, preview));
    }
}
