using Selfie3D.Regression;

namespace Selfie3D.Judging;

/// <summary>
/// Weights that turn what was measured into an expected error and into the odds that something covers the face. Fitted on
/// spoiled synthetic photos of held-out people: <c>python3 -m selfie3d_training fit-quality</c> prints both arrays.
/// </summary>
internal static class QualityWeights
{
    // Of the logarithm of the landmark error in per cent: 1, log expected error (share of the crop), log drift, log face side,
    // blur, log brightness, black share, share outside the photo, turn.
    private static readonly float[] Error = [5.932f, 0.9126f, 0.4263f, 0.09055f, 0.05999f, 0.02581f, 0.3562f, 0.2927f, 0.1825f];

    // Of the log-odds of "covered": 1, the 48 values of the patches, the 16 sizes of their lightness.
    private static readonly float[] Occlusion =
    [
        -3.436f, 0.5526f, -0.1349f, 0.3222f, 0.3144f, 0.1643f, 0.1567f, 1.018f, -0.05449f, -0.1347f, 0.2346f, 0.0828f,
        -0.05859f, 0.3534f, 0.09542f, -0.006218f, 0.3397f, -0.008598f, 0.05074f, 0.04475f, 0.2951f, -0.00953f, 0.2552f, 0.006952f,
        -0.03745f, 1.023f, 0.3272f, -0.1714f, 0.1502f, -0.05294f, -0.02432f, 0.2607f, -0.09281f, 0.01704f, -0.1883f, -0.1674f,
        -0.1973f, 0.2579f, 0.08301f, -0.1847f, 0.3137f, -0.06635f, 0.02407f, 0.5745f, -0.3398f, -0.00353f, 0.2542f, 0.1386f,
        -0.2768f, 0.08798f, 0.2359f, 0.5379f, -0.07604f, 0.1006f, 0.1956f, 0.2669f, 0.3184f, 0.2747f, -0.003706f, 0.1869f,
        -0.05804f, 0.2156f, 0.4183f, 0.4937f, 0.1628f,
    ];

    /// <summary>Expected landmark error, per cent of the face's size (NME).</summary>
    /// <param name="look">What the photo says.</param>
    /// <param name="estimate">What the networks say.</param>
    /// <param name="faceSide">Side of the face, pixels of the decoded photo.</param>
    public static float ExpectedError(FaceLook look, HeadEstimate estimate, float faceSide)
    {
        // The model's confidence is 1 / (1 + (e / 0.03)^2) of the error e that it expects.
        float expected = 0.03f * MathF.Sqrt(1 / Math.Clamp(estimate.Confidence, 1e-4f, 1 - 1e-4f) - 1);
        float yaw = estimate.Pose.YawDegrees / 90, pitch = estimate.Pose.PitchDegrees / 90;
        ReadOnlySpan<float> features =
        [
            1, MathF.Log(expected), MathF.Log(estimate.Drift + 0.002f), MathF.Log(MathF.Min(faceSide, 160)), 50 * MathF.Min(look.Blur, 0.06f),
            MathF.Log(look.Brightness + 0.05f), look.BlackShare, look.Outside, yaw * yaw + pitch * pitch,
        ];
        float sum = 0;
        for (int i = 0; i < features.Length; i++)
            sum += Error[i] * features[i];
        return MathF.Exp(sum);
    }

    /// <summary>Log-odds that something covers a good part of the face.</summary>
    public static float OcclusionOdds(FaceLook look)
    {
        float odds = Occlusion[0];
        for (int i = 0; i < look.Patches.Length; i++)
            odds += Occlusion[1 + i] * look.Patches[i];
        for (int i = 0; i < FaceLook.PatchCount; i++)
            odds += Occlusion[1 + look.Patches.Length + i] * MathF.Abs(look.Patches[3 * i + 1]);
        return odds;
    }
}
