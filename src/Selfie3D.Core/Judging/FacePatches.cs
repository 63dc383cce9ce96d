using System.Numerics;
using Selfie3D.Regression;

namespace Selfie3D.Judging;

/// <summary>
/// Colours of places of the face against its own skin: what lies before a face seldom has its colour, lightness and contrast.
/// Places are means of landmarks; of a pair the one that is nearer to the camera comes first.
/// </summary>
internal static class FacePatches
{
    private const int Crop = HeadCrops.NetworkSize, Window = 3;

    // right, left
    private static readonly int[][] Pairs =
    [
        [36, 37, 38, 39, 40, 41, 2, 2, 2, 31, 31, 31], [42, 43, 44, 45, 46, 47, 14, 14, 14, 35, 35, 35], // cheekbones
        [4, 48, 31], [12, 54, 35], // cheeks
        [17, 18, 19, 20, 21], [22, 23, 24, 25, 26], // brows
        [36, 37, 38, 39, 40, 41], [42, 43, 44, 45, 46, 47], // eyes
        [6, 6, 48], [10, 10, 54], // jaw
    ];

    // bridge and tip of the nose, upper lip, chin, between the brows, mouth
    private static readonly int[][] Middle = [[28], [30], [33, 51], [57, 8], [21, 22], [.. Enumerable.Range(48, 20)]];

    private static readonly int[] Skin = [0, 1, 2, 3, 10, 11, 12, 13, 14];

    /// <summary>
    /// [16, 3]: distance of the chromaticity from the skin's, log of the lightness over the skin's, standard deviation of the
    /// luma over the skin's. What lies on the far side fades with its visibility.
    /// </summary>
    /// <param name="planes">[rgb, y, x] of the upright crop, 0..1.</param>
    /// <param name="luma">Of the same crop.</param>
    /// <param name="points">68 landmarks, crop pixels.</param>
    /// <param name="leftNearness">Depth, towards the camera, of the unit vector to the subject's left.</param>
    public static float[] Measure(float[] planes, float[] luma, Vector2[] points, float leftNearness)
    {
        int near = leftNearness > 0 ? 1 : 0;
        float farSeen = Math.Clamp((0.77f - MathF.Abs(leftNearness)) / 0.43f, 0, 1);
        var rows = new (Vector2 Color, float Light, float Contrast)[FaceLook.PatchCount];
        for (int i = 0; i < rows.Length; i++)
        {
            int pair = i / 2 * 2;
            rows[i] = Read(planes, luma, points, i < Pairs.Length ? Pairs[i % 2 == 0 ? pair + near : pair + 1 - near] : Middle[i - Pairs.Length]);
        }

        var skin = new Vector2(Median(row => row.Color.X), Median(row => row.Color.Y));
        float light = Median(row => row.Light) + 0.05f;
        var patches = new float[3 * rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            float weight = i < Pairs.Length && i % 2 == 1 ? farSeen : 1;
            patches[3 * i] = weight * 10 * Vector2.Distance(rows[i].Color, skin);
            patches[3 * i + 1] = weight * MathF.Log((rows[i].Light + 0.05f) / light);
            patches[3 * i + 2] = weight * rows[i].Contrast / light;
        }

        return patches;

        float Median(Func<(Vector2 Color, float Light, float Contrast), float> read) => Skin.Select(i => read(rows[i])).Order().ElementAt(Skin.Length / 2);
    }

    private static (Vector2 Color, float Light, float Contrast) Read(float[] planes, float[] luma, Vector2[] points, int[] group)
    {
        const int Side = 2 * Window + 1, Area = Crop * Crop;
        var middle = Vector2.Zero;
        foreach (int point in group)
            middle += points[point] / group.Length;
        int left = (int)Math.Clamp(MathF.Floor(middle.X) - Window, 0, Crop - Side), top = (int)Math.Clamp(MathF.Floor(middle.Y) - Window, 0, Crop - Side);
        float red = 0, green = 0, blue = 0, light = 0, square = 0;
        for (int y = top; y < top + Side; y++)
        {
            for (int x = left; x < left + Side; x++)
            {
                int at = y * Crop + x;
                red += planes[at];
                green += planes[Area + at];
                blue += planes[2 * Area + at];
                light += luma[at];
                square += luma[at] * luma[at];
            }
        }

        const float Count = Side * Side, Floor = 0.02f;
        float sum = (red + green + blue) / Count + 3 * Floor;
        light /= Count;
        return (new Vector2(red / Count + Floor, green / Count + Floor) / sum, light, MathF.Sqrt(MathF.Max(0, square / Count - light * light)));
    }
}
