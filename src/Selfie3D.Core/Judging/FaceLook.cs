using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Judging;

/// <summary>
/// What the photo of a face says about its quality, measured along the landmarks that were found. Twin of
/// <c>quality/measures.py</c> of the training package, whose fit gives <see cref="QualityWeights"/>.
/// </summary>
internal sealed record FaceLook
{
    /// <summary>Rows of <see cref="Patches"/>.</summary>
    public const int PatchCount = 16;

    private const int Crop = HeadCrops.NetworkSize;
    private const float Black = 0.06f;

    /// <summary>Sigma of the blur of the face's strongest edges, as a share of the face's side.</summary>
    public required float Blur { get; init; }

    /// <summary>Luma that a tenth of the face exceeds, 0..1: it tells a dark photo from dark skin, whose highlights are bright.</summary>
    public required float Brightness { get; init; }

    /// <summary>Share of the face that is black, without detail.</summary>
    public required float BlackShare { get; init; }

    /// <summary>Share of the face's area that lies outside the photo.</summary>
    public required float Outside { get; init; }

    /// <summary>[16, 3]: unlikeness of colour, lightness and contrast of places of the face against its skin; see <see cref="FacePatches"/>.</summary>
    public required float[] Patches { get; init; }

    /// <summary>Measures one face.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="landmarks68">Pixels of <paramref name="image"/>.</param>
    public static FaceLook Measure(RgbImage image, Vector3[] landmarks68)
    {
        var frame = HeadFrame.FromLandmarks(landmarks68);
        var crop = HeadCrops.FromLandmarks(landmarks68, frame.InPlaneRollDegrees);
        var planes = new float[3 * Crop * Crop];
        ImageSampler.SampleCrop(image, crop, Crop, planes);
        float[] luma = Luma(planes, Crop);
        Vector2[] points = [.. landmarks68.Select(p => crop.PhotoToCrop(new Vector2(p.X, p.Y)) * Crop)];

        int area = 0;
        var seen = new List<float>();
        Vector2[] outline = [.. points[..17], .. points[17..27].Reverse()];
        for (int y = 0; y < Crop; y++)
        {
            for (int x = 0; x < Crop; x++)
            {
                var pixel = new Vector2(x + 0.5f, y + 0.5f);
                if (!IsInside(outline, pixel))
                    continue;
                area++;
                var photo = crop.CropToPhoto(pixel / Crop);
                if (photo.X >= 0 && photo.Y >= 0 && photo.X < image.Width && photo.Y < image.Height)
                    seen.Add(luma[y * Crop + x]);
            }
        }

        seen.Sort();
        return new FaceLook
        {
            Blur = EdgeBlur.Measure(image, crop with { Size = crop.Size / HeadCrops.LandmarkMargin }),
            Brightness = seen.Count == 0 ? 0 : seen[(int)(0.9f * (seen.Count - 1))],
            BlackShare = seen.Count == 0 ? 1 : (float)seen.Count(value => value < Black) / seen.Count,
            Outside = 1 - (float)seen.Count / Math.Max(1, area),
            Patches = FacePatches.Measure(planes, luma, points, frame.DirectionToPhoto(Vector3.UnitX).Z),
        };
    }

    /// <summary>Luma (BT.601) of [rgb, y, x] planes of side <paramref name="size"/>.</summary>
    public static float[] Luma(float[] planes, int size)
    {
        int area = size * size;
        var luma = new float[area];
        for (int i = 0; i < area; i++)
            luma[i] = 0.299f * planes[i] + 0.587f * planes[area + i] + 0.114f * planes[2 * area + i];
        return luma;
    }

    // Even-odd rule.
    private static bool IsInside(Vector2[] corners, Vector2 point)
    {
        bool inside = false;
        for (int i = 0, before = corners.Length - 1; i < corners.Length; before = i++)
        {
            Vector2 a = corners[before], b = corners[i];
            if ((a.Y > point.Y) != (b.Y > point.Y) && point.X < a.X + (point.Y - a.Y) * (b.X - a.X) / (b.Y - a.Y))
                inside = !inside;
        }

        return inside;
    }
}
