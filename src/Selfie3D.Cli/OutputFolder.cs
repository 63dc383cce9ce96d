namespace Selfie3D.Cli;

/// <summary>
/// The files of one head on their way into a folder: written under temporary names, then renamed all together, so that a
/// file under its own name is always whole. What was not published is removed.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlySet<string> _photos;
    private readonly List<(string Temporary, string Final)> _files = [];

    /// <param name="folder">Where the files go.</param>
    /// <param name="photos">Full paths that must not be overwritten.</param>
    public OutputFolder(string folder, IReadOnlySet<string> photos)
    {
        (_folder, _photos) = (folder, photos);
    }

    /// <summary>Makes the folder and tries to write into it.</summary>
    /// <returns>Why that failed, in words, or null.</returns>
    public static string? Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string probe = Path.Combine(folder, TemporaryName("probe"));
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"The output folder \"{folder}\" cannot be written to: {e.Message} Choose another with --out.";
        }
    }

    /// <summary>Writes one file under a temporary name.</summary>
    public void Add(string name, Action<Stream> write)
    {
        string temporary = Path.Combine(_folder, TemporaryName(name)), final = Path.Combine(_folder, name);
        if (_photos.Contains(Path.GetFullPath(final)))
            throw new SelfieException("would-overwrite", $"The result {name} would overwrite a photo. Choose another folder with --out.");
        if (Directory.Exists(final))
            throw new SelfieException("would-overwrite", $"\"{final}\" is a folder, where the result has to go. Choose another folder with --out.");
        _files.Add((temporary, final));
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        write(stream);
    }

    /// <summary>Gives all files their names; files of an earlier run are replaced.</summary>
    /// <returns>The paths.</returns>
    public IReadOnlyList<string> Publish()
    {
        List<string> paths = [.. _files.Select(file => file.Final)];
        while (_files.Count > 0)
        {
            File.Move(_files[0].Temporary, _files[0].Final, overwrite: true);
            _files.RemoveAt(0);
        }

        return paths;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (temporary, _) in _files)
        {
            try
            {
                File.Delete(temporary);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The failure that led here is the one to tell.
            }
        }
    }

    private static string TemporaryName(string name) => $".{name}.{Guid.NewGuid():N}.tmp";
}
