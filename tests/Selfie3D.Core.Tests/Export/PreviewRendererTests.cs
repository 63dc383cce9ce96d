using System.Numerics;
using Selfie3D.Export;
using Selfie3D.Imaging;
using Selfie3D.Tests.Texturing;
using Selfie3D.Texturing;
using SkiaSharp;

namespace Selfie3D.Tests.Export;

public sealed class PreviewRendererTests
{
    private static readonly SyntheticHead Scene = new();
    private static readonly TexturedMesh Head =
        Texturer.Apply(Scene.PhotoMesh(48), Scene.Photo, Scene.Frame, new TextureOptions { Size = 512 });

    [Fact]
    public void Render_ThreeViews_ShowTheHeadInTheMiddleOfEach()
    {
        var sheet = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 120 });
        Assert.Equal((360, 120), (sheet.Width, sheet.Height));
        for (var view = 0; view < 3; view++)
        {
            Assert.True(IsBackground(At(sheet, view * 120 + 2, 2)));
            Assert.False(IsBackground(At(sheet, view * 120 + 60, 60)));
        }
    }

    [Fact]
    public void Render_Front_IsUprightAndShowsTheFace()
    {
        var view = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 120, YawDegrees = [0] });
        Vector3 forehead = At(view, 60, 18), chin = At(view, 60, 90);
        Assert.True(forehead.X < 110, $"hair above: {forehead}");
        Assert.True(chin.X > 130, $"skin below: {chin}");
        var back = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 120, YawDegrees = [180] });
        Assert.True(At(back, 60, 50).X < 120, $"hair behind: {At(back, 60, 50)}");
    }

    [Fact]
    public void Render_PositiveYaw_TurnsTheFaceToTheLeftEdge()
    {
        var view = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 120, YawDegrees = [70] });
        Assert.True(At(view, 35, 70).X > At(view, 85, 70).X + 40, $"face {At(view, 35, 70)}, back of the head {At(view, 85, 70)}");
    }

    [Fact]
    public void Render_Outline_IsAntialiased()
    {
        var view = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 120, YawDegrees = [0], Clay = true });
        // Somewhere along the outline a pixel is neither background nor skin.
        var between = 0;
        for (var y = 20; y < 100; y++)
        {
            var x = 1;
            while (IsBackground(At(view, x, y))) x++;
            float outside = At(view, x - 1, y).Z, edge = At(view, x, y).Z, inside = At(view, x + 1, y).Z;
            if (edge > inside + 10 && edge < outside - 10) between++;
        }
        Assert.True(between > 20);
    }

    [Fact]
    public void Turntable_FourFrames_ShowFrontSidesAndBack()
    {
        var options = new PreviewOptions { ViewSize = 64 };
        var frames = PreviewRenderer.Turntable(Head, 4, options).ToArray();
        Assert.Equal(4, frames.Length);
        float[] yaws = [0, 90, 180, 270];
        foreach (var (frame, yaw) in frames.Zip(yaws))
            Assert.True(frame.Pixels.AsSpan().SequenceEqual(PreviewRenderer.Render(Head, options with { YawDegrees = [yaw] }).Pixels));
        Assert.True(At(frames[0], 32, 44).X > At(frames[2], 32, 30).X + 40, "skin in front, hair behind");
    }

    [Fact]
    public void Turntable_OneFrame_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PreviewRenderer.Turntable(Head, 1));

    [Fact]
    public void Render_AnyThreadCount_GivesTheSameBits()
    {
        var one = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 64, MaxThreads = 1 });
        var many = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 64, MaxThreads = 8 });
        Assert.True(one.Pixels.AsSpan().SequenceEqual(many.Pixels));
    }

    [Fact]
    public void Render_ManySamples_Throws() =>
        Assert.Throws<ArgumentException>(() => PreviewRenderer.Render(Head, new PreviewOptions { Supersampling = 9 }));

    [Fact]
    public void Write_Png_IsReadBack()
    {
        using var stream = new MemoryStream();
        PreviewRenderer.Write(Head, stream, new PreviewOptions { ViewSize = 64 });
        using var bitmap = SKBitmap.Decode(stream.ToArray());
        Assert.Equal((192, 64), (bitmap.Width, bitmap.Height));
        var expected = PreviewRenderer.Render(Head, new PreviewOptions { ViewSize = 64 });
        var pixel = bitmap.GetPixel(96, 32);
        Assert.Equal(At(expected, 96, 32), new Vector3(pixel.Red, pixel.Green, pixel.Blue));
    }

    [Fact]
    public void Render_NoViews_Throws() =>
        Assert.Throws<ArgumentException>(() => PreviewRenderer.Render(Head, new PreviewOptions { YawDegrees = [] }));

    private static Vector3 At(RgbImage image, int x, int y)
    {
        var at = 3 * (y * image.Width + x);
        return new Vector3(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }

    private static bool IsBackground(Vector3 color) => color.X > 205 && color.X - color.Z < 7;
}
