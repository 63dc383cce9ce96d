using SkiaSharp;

namespace Selfie3D.LoadTest;

/// <summary>Pictures that the stub models (tests/fixtures) know: a pure red disc is a face.</summary>
internal static class TestPhoto
{
    public static byte[] Disc(SKEncodedImageFormat format = SKEncodedImageFormat.Jpeg, int width = 640, int height = 480, float diameter = 120)
    {
        using var bitmap = new SKBitmap(width, height);
        using (var canvas = new SKCanvas(bitmap))
        using (var paint = new SKPaint { Color = new SKColor(255, 0, 0), IsAntialias = true })
        {
            canvas.Clear(new SKColor(110, 110, 110));
            if (diameter > 0)
                canvas.DrawCircle(width / 2f, height / 2f, diameter / 2, paint);
        }

        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
