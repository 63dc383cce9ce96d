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
    private const float Reblur = 1.5f, StrongShare = 0.04f, LargestSigma = 10;

    /// <summary>Sigma as a share of the square's side.</summary>
    /// <param name="image">The photo.</param>
    /// <param name="face">Square of the face, without margin.</param>
    public static float Measure(RgbImage image, HeadCrop face)
    {
        int size = (int)Math.Clamp(MathF.Round(face.Size), LeastSide, LargestSide); // never finer than the photo's own pixels
        var planes = new float[3 * size * size];
        ImageSampler.SampleCrop(image, face, size, planes);
        float[] luma = FaceLook.Luma(planes, size);
        float[] sharp = Gradient(luma, size), soft = Gradient(Blurred(luma, size), size);
        var order = new int[sharp.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort([.. soft.Select(value => -value)], order); // not by sharp: noise would choose
        float[] ratios = [.. order.Take(Math.Max(1, (int)(StrongShare * sharp.Length))).Select(i => sharp[i] / MathF.Max(soft[i], 1e-6f)).Order()];
        float ratio = (ratios[(ratios.Length - 1) / 2] + ratios[ratios.Length / 2]) / 2;
        return MathF.Min(Reblur / MathF.Sqrt(MathF.Max(ratio * ratio - 1, 0.02f)), LargestSigma) / size;
    }

    // Length of the central differences, without the pixels next to the border.
    private static float[] Gradient(float[] luma, int size)
    {
        int inner = size - 2 * Border;
        var length = new float[inner * inner];
        for (int y = 0; y < inner; y++)
        {
            for (int x = 0; x < inner; x++)
            {
                int at = (y + Border) * size + x + Border;
                float dx = luma[at + 1] - luma[at - 1], dy = luma[at + size] - luma[at - size];
                length[y * inner + x] = MathF.Sqrt(dx * dx + dy * dy);
            }
        }

        return length;
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
