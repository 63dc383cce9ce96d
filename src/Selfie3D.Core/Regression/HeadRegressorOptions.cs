namespace Selfie3D.Regression;

/// <summary>How carefully the regressor looks and how fine its volumes are.</summary>
public sealed record HeadRegressorOptions
{
    /// <summary>
    /// Voxels along each axis of the result. Above the network's own 64 the prior's surface is sampled that finely and the
    /// network's correction is interpolated.
    /// </summary>
    public int VolumeSize { get; init; } = 128;

    /// <summary>Looks of the landmark network, each on a crop placed by the one before; at least 1.</summary>
    public int LandmarkPasses { get; init; } = 2;
}
