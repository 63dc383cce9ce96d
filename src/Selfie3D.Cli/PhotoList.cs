namespace Selfie3D.Cli;

/// <summary>The photos that the arguments name.</summary>
internal static class PhotoList
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".heic", ".heif"];

    /// <summary>Files as they are given; of a folder its photos by name, without its subfolders.</summary>
    /// <param name="inputs">Files and folders.</param>
    /// <param name="emptyFolders">Folders without a photo.</param>
    public static List<string> Expand(IEnumerable<string> inputs, out List<string> emptyFolders)
    {
        var photos = new List<string>();
        emptyFolders = [];
        foreach (string input in inputs)
        {
            if (!Directory.Exists(input))
            {
                photos.Add(input);
                continue;
            }

            var inside = Directory.EnumerateFiles(input).Where(IsPhoto).OrderBy(path => path, StringComparer.Ordinal).ToList();
            if (inside.Count == 0)
                emptyFolders.Add(input);
            photos.AddRange(inside);
        }

        return photos;
    }

    private static bool IsPhoto(string path) =>
        !Path.GetFileName(path).StartsWith('.') && Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
