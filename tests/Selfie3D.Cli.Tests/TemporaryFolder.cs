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
    public string WritePhoto(string name, int width = 640, int height = 480, params (float X, float Y, float Diameter)[] discs) =>
        Write(name, TestPhoto.Discs(name.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg, width, height, discs));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
