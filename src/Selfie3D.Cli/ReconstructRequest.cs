using Selfie3D.Detection;

namespace Selfie3D.Cli;

/// <summary>Files that are written beside preview and JSON.</summary>
[Flags]
internal enum HeadFormats
{
    None = 0,
    Glb = 1,
    Obj = 2,
    Ply = 4,
    Stl = 8,
    Usdz = 16,
    Meshopt = 32,
    Draco = 64,
    Usual = Glb | Obj | Ply | Stl,
}

/// <summary>The arguments of <c>selfie3d reconstruct</c>, checked.</summary>
internal sealed record ReconstructRequest
{
    public required IReadOnlyList<string> Inputs { get; init; }

    public required string OutputFolder { get; init; }

    public HeadFormats Formats { get; init; } = HeadFormats.Usual;

    public FaceBox? Face { get; init; }

    public bool AllFaces { get; init; }

    public float? PupilDistanceMm { get; init; }

    /// <summary>Texels; 0 for a choice by the photo.</summary>
    public int TextureSize { get; init; }

    /// <summary>Most triangles of the head in every file; null for all of them.</summary>
    public int? Triangles { get; init; }

    /// <summary>Write coarser GLB files too.</summary>
    public bool LevelsOfDetail { get; init; }

    /// <summary>Write the animation.</summary>
    public bool Turntable { get; init; }

    public bool Json { get; init; }

    public int Threads { get; init; }

    /// <summary>The same as a degree of parallelism.</summary>
    public int MaxThreads => Threads > 0 ? Threads : -1;

    public string? ModelFolder { get; init; }
}
