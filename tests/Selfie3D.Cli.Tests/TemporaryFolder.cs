using SkiaSharp;

namespace Selfie3D.Cli.Tests;

/// <summary>A folder that goes when the test ends.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Root = Directory.CreateTempSubdirectory("selfie3d-test-").FullName;
    }

    public string Root { get; }

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    /// <summary>Names of all files below a folder, sorted.</summary>
    public string[] Files(string folder) => Directory.Exists(Path(folder))
        ? [.. Directory.GetFiles(Path(folder), "*", SearchOption.AllDirectories).Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal)]
        : [];

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(name))!);
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    /// <summary>A photo with red discs, which the stub models take for a face.</summary>
    public string WritePhoto(string name, int width = 640, int height = 480, params (float X, float Y, float Diameter)[] discs)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = new SKColor(255, 0, 0), IsAntialias = true })
        {
            canvas.Clear(new SKColor(110, 110, 110));
            foreach (var (x, y, diameter) in discs)
                canvas.DrawCircle(x, y, diameter / 2, paint);
        }

        var format = name.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg;
        using var data = bitmap.Encode(format, 95);
        return Write(name, data.ToArray());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
