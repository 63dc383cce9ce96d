using System.Numerics;

namespace Selfie3D.Export;

/// <summary>How <see cref="PreviewRenderer"/> shows a head.</summary>
public sealed record PreviewOptions
{
    /// <summary>Side of each view, pixels.</summary>
    public int ViewSize { get; init; } = 420;

    /// <summary>One view for each: degrees that the head is turned towards the left edge of the picture; 0 is its front.</summary>
    public IReadOnlyList<float> YawDegrees { get; init; } = [45, 0, -45];

    /// <summary>Degrees that the camera looks down.</summary>
    public float ElevationDegrees { get; init; } = 4;

    /// <summary>Samples per pixel along each axis, 1 to 4: more make smoother edges.</summary>
    public int Supersampling { get; init; } = 2;

    /// <summary>Show the bare shape in grey instead of the colours.</summary>
    public bool Clay { get; init; }

    /// <summary>RGB 0..255 of the background's upper edge.</summary>
    public Vector3 BackgroundTop { get; init; } = new(244, 243, 241);

    /// <summary>RGB 0..255 of the background's lower edge.</summary>
    public Vector3 BackgroundBottom { get; init; } = new(214, 212, 209);

    /// <summary>Threads to use; -1 for as many as there are cores. The result does not depend on it.</summary>
    public int MaxThreads { get; init; } = -1;
}
