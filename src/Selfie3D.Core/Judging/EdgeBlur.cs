using System.Numerics;
using Selfie3D.Imaging;
using Selfie3D.Regression;

namespace Selfie3D.Judging;

/// <summary>
/// The blur of a face's strongest edges, from how much a second blur of known sigma weakens them (Zhuo and Sim, "Defocus map
/// estimation from a single image", Pattern Recognition 2011). Contrast and light do not matter.
/// </summary>
internal static class EdgeBlur
{
    private const int LeastSide = 48, LargestSide = 160, Border = 4, Radius = 5;
    private const float Reblur = 1.5f, StrongShare = 0.01f, LargestSigma = 10;

    /// <summary>Sigma as a share of the square's side.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="face">Square of the face, without margin.</param>
    public static float Measure(RgbImage image, HeadCrop face)
    {
        int size = (int)Math.Clamp(MathF.Round(face.Size), LeastSide, LargestSide); // never finer than the photo's own pixels
        var planes = new float[3 * size * size];
        ImageSampler.SampleCrop(image, face, size, planes);
        float[] luma = FaceLook.Luma(planes, size);
        float[] soft = Blurred(luma, size);
        int count = Math.Max(1, (int)(StrongShare * ((size - 2 * Border) * (size - 2 * Border))));
        var ridges = new List<(float Strength, int At)>();
        var others = new List<int>(); // for where there are not enough ridges
        for (int y = Border; y < size - Border; y++)
        {
            for (int x = Border; x < size - Border; x++)
            {
                // Chosen by the second blur: in the photo itself noise would choose. Ridges only: beside an edge the ratio means nothing.
                float strength = RidgeStrength(soft, size, y * size + x);
                if (strength > 0)
                    ridges.Add((strength, y * size + x));
                else if (others.Count < count)
                    others.Add(y * size + x);
            }
        }

        var strongest = ridges.OrderByDescending(ridge => ridge.Strength).Select(ridge => ridge.At).Concat(others).Take(count);
        float[] ratios = [.. strongest.Select(at => Gradient(luma, size, at).Length() / MathF.Max(Gradient(soft, size, at).Length(), 1e-6f)).Order()];
        float ratio = (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
        return MathF.Min(Reblur / MathF.Sqrt(MathF.Max(ratio * ratio - 1, 0.02f)), LargestSigma) / size;
    }

    // Central differences.
    private static Vector2 Gradient(float[] luma, int size, int at) => new(luma[at + 1] - luma[at - 1], luma[at + size] - luma[at - size]);

    // The gradient's length where it is at least that of both neighbours along the axis that it is nearest to; else 0.
    private static float RidgeStrength(float[] luma, int size, int at)
    {
        var gradient = Gradient(luma, size, at);
        int step = MathF.Abs(gradient.X) > MathF.Abs(gradient.Y) ? 1 : size;
        float length = gradient.Length();
        return length >= Gradient(luma, size, at - step).Length() && length >= Gradient(luma, size, at + step).Length() ? length : 0;
    }

    // Separable Gaussian; the border's pixels go on beyond it.
    private static float[] Blurred(float[] luma, int size)
    {
        var kernel = new float[2 * Radius + 1];
        for (int k = -Radius; k <= Radius; k++)
            kernel[k + Radius] = MathF.Exp(-k * k / (2 * Reblur * Reblur));
        float sum = kernel.Sum();
        var rows = new float[luma.Length];
        var both = new float[luma.Length];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                float value = 0;
                for (int k = -Radius; k <= Radius; k++)
                    value += kernel[k + Radius] * luma[Math.Clamp(y + k, 0, size - 1) * size + x];
                rows[y * size + x] = value / sum;
            }
        }

        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                float value = 0;
                for (int k = -Radius; k <= Radius; k++)
                    value += kernel[k + Radius] * rows[y * size + Math.Clamp(x + k, 0, size - 1)];
                both[y * size + x] = value / sum;
            }
        }

        return both;
    }
}
