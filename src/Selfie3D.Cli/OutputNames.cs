namespace Selfie3D.Cli;

/// <summary>Names of results, so that no two heads of one run get the same.</summary>
internal sealed class OutputNames
{
    // Without case, because some file systems have none.
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The photo's name without extension, with _2, _3... when an earlier photo of the run has it.</summary>
    public string ForPhoto(string photoPath)
    {
        string stem = Path.GetFileNameWithoutExtension(photoPath);
        return Take(stem.Length > 0 ? stem : "photo");
    }

    /// <summary>name-1, name-2... for the faces of one photo.</summary>
    public string ForFace(string photoName, int face) => Take(FormattableString.Invariant($"{photoName}-{face}"));

    private string Take(string name)
    {
        string free = name;
        for (int i = 2; !_taken.Add(free); i++)
            free = FormattableString.Invariant($"{name}_{i}");
        return free;
    }
}
