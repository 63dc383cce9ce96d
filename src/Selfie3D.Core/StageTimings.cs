namespace Selfie3D;

/// <summary>Milliseconds of each stage.</summary>
/// <param name="Decode">Photo bytes to pixels; 0 when pixels were given.</param>
/// <param name="Detect">Pixels to face box.</param>
/// <param name="Regress">Face box to volume.</param>
/// <param name="Mesh">Volume to surface.</param>
/// <param name="Texture">Surface to textured head, with its anchors and quality.</param>
/// <param name="Export">Head to files; filled in by who writes them.</param>
public readonly record struct StageTimings(double Decode, double Detect, double Regress, double Mesh, double Texture, double Export)
{
    /// <summary>Sum of all stages.</summary>
    public double Total => Decode + Detect + Regress + Mesh + Texture + Export;
}
