using Selfie3D.Export;
using Selfie3D.Imaging;

namespace Selfie3D.Benchmarks;

/// <summary>One JPEG for looking at: a row for each photo, the photo's face first and then the head made of it from five sides.</summary>
internal static class HeadSheet
{
    private const int ViewSize = 250;
    private const int Quality = 82;
    private const float PhotoWidths = 1.9f; // of the face's box
    private static readonly float[] Sides = [85, 42, 0, -42, -85];

    public static int Run(string output, string[] photos)
    {
        using var reconstructor = new SelfieReconstructor();
        var decoder = new PhotoDecoder();
        var rows = new List<RgbImage>();
        foreach (string path in photos)
        {
            var head = reconstructor.Reconstruct(File.ReadAllBytes(path));
            var row = new RgbImage(ViewSize * (1 + Sides.Length), ViewSize);
            Copy(Face(decoder.DecodeFile(path), head), row, 0);
            Copy(PreviewRenderer.Render(head.Head, new PreviewOptions { ViewSize = ViewSize, YawDegrees = Sides, Supersampling = 3 }), row, ViewSize);
            rows.Add(row);
            Console.WriteLine(path);
        }

        var sheet = new RgbImage(rows[0].Width, ViewSize * rows.Count);
        for (int i = 0; i < rows.Count; i++)
            rows[i].Pixels.CopyTo(sheet.Pixels, i * rows[i].Pixels.Length);
        File.WriteAllBytes(output, ImageEncoder.Jpeg(sheet, Quality));
        return 0;
    }

    private static RgbImage Face(Photo photo, SelfieReconstruction head)
    {
        float side = PhotoWidths * Math.Max(head.Face.Width, head.Face.Height) * photo.Scale, step = side / ViewSize;
        float left = (head.Face.X + head.Face.Width / 2) * photo.Scale - side / 2, top = (head.Face.Y + head.Face.Height * 0.45f) * photo.Scale - side / 2;
        var planes = new float[3 * ViewSize * ViewSize];
        ImageSampler.Sample(photo.Image, new(left, top), new(step, 0), new(0, step), ViewSize, ViewSize, 0.9f, planes);
        var face = new RgbImage(ViewSize, ViewSize);
        for (int i = 0; i < face.Pixels.Length; i++)
            face.Pixels[i] = (byte)(255 * planes[i % 3 * ViewSize * ViewSize + i / 3] + 0.5f);
        return face;
    }

    private static void Copy(RgbImage from, RgbImage to, int left)
    {
        for (int y = 0; y < from.Height; y++)
            from.Pixels.AsSpan(3 * y * from.Width, 3 * from.Width).CopyTo(to.Pixels.AsSpan(3 * (y * to.Width + left)));
    }
}
