using Selfie3D.Export;

namespace Selfie3D.Cli;

/// <summary>The 3D files and the preview of one head.</summary>
internal static class HeadFiles
{
    public static void Write(SelfieReconstruction head, string name, HeadFormats formats, int maxThreads, OutputFolder files)
    {
        if (formats.HasFlag(HeadFormats.Glb))
        {
            var options = GlbOptions.Of(head, name);
            files.Add(name + ".glb", stream => GlbExporter.Write(head.Head, stream, options));
        }

        if (formats.HasFlag(HeadFormats.Obj))
        {
            // Not name.jpg: that may be the photo.
            string material = name + ".mtl", texture = name + "_texture.jpg";
            files.Add(name + ".obj", stream => ObjExporter.Write(head.Head, stream, material));
            files.Add(material, stream => ObjExporter.WriteMaterial(stream, texture));
            files.Add(texture, stream => ObjExporter.WriteTexture(head.Head, stream));
        }

        if (formats.HasFlag(HeadFormats.Ply))
            files.Add(name + ".ply", stream => PlyExporter.Write(head.Head, stream));
        if (formats.HasFlag(HeadFormats.Stl))
            files.Add(name + ".stl", stream => StlExporter.Write(head.Head.Mesh, stream));
        files.Add(name + ".png", stream => PreviewRenderer.Write(head.Head, stream, new PreviewOptions { MaxThreads = maxThreads }));
    }
}
