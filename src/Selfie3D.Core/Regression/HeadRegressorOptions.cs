namespace Selfie3D.Regression;

/// <summary>How fine the regressor's volumes are.</summary>
public sealed record HeadRegressorOptions
{
    /// <summary>
    /// Voxels along each axis of the result. Above the network's own 64 the prior's surface is sampled that finely and the
    /// network's correction is interpolated.
    /// </summary>
    public int VolumeSize { get; init; } = 128;
}
