using ImageMagick;
using Selfie3D.Export;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;

namespace Selfie3D.Tests.Export;

public sealed class TurntableTests
{
    [Fact]
    public void Write_Head_TurnsOnceAround()
    {
        var scene = new SyntheticHead();
        var head = Texturer.Apply(scene.PhotoMesh(48), scene.Photo, scene.Frame, new TextureOptions { Size = 512 });
        using var file = new MemoryStream();

        Turntable.Write(head, file, new PreviewOptions { ViewSize = 96 });

        using var frames = new MagickImageCollection(file.ToArray());
        frames.Coalesce(); // the file only holds what changes
        Assert.Equal(36, frames.Count);
        Assert.All(frames, frame => Assert.Equal((96u, 96u, 9u), (frame.Width, frame.Height, frame.AnimationDelay)));
        Assert.Equal(0u, frames[0].AnimationIterations); // for ever
        // The face in front, hair behind: brighter at first than half-way.
        Assert.True(Brightness(frames[0]) > Brightness(frames[18]) + 20);
    }

    private static double Brightness(IMagickImage<byte> frame)
    {
        using var pixels = frame.GetPixels();
        var middle = pixels.GetPixel(48, 52).ToArray();
        return middle.Take(3).Average(value => (double)value);
    }
}
