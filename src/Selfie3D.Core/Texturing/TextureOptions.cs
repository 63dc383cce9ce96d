namespace Selfie3D.Texturing;

/// <summary>How <see cref="Texturer"/> works.</summary>
public sealed record TextureOptions
{
    /// <summary>Side of the square texture in texels, 256 to 4096; 0 chooses 512, 1024 or 2048 by the size of the face in the photo.</summary>
    public int Size { get; init; }

    /// <summary>How many times finer the side that the camera saw is than the rest, along each axis.</summary>
    public float FrontDetail { get; init; } = 1.7f;

    /// <summary>Threads to use; -1 for as many as there are cores. The result does not depend on it.</summary>
    public int MaxThreads { get; init; } = -1;
}
