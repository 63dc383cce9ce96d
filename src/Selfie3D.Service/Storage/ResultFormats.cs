using System.Diagnostics.CodeAnalysis;

namespace Selfie3D.Service.Storage;

/// <summary>One kind of file that a job can give.</summary>
/// <param name="Name">What callers call it.</param>
/// <param name="FileName">Its blob's name under the job's id.</param>
/// <param name="ContentType">As the storage sends it.</param>
/// <param name="Usual">Whether it is made when nobody says what is wanted; the others cost time that most callers need not spend.</param>
public sealed record ResultFormat(string Name, string FileName, string ContentType, bool Usual = true);

/// <summary>All kinds of files that a job can give.</summary>
public static class ResultFormats
{
    /// <summary>The numbers; part of every job's results.</summary>
    public const string Document = "json";

    /// <summary>In the order in which they are made, the document last, because it holds the time of the others.</summary>
    public static IReadOnlyList<ResultFormat> All { get; } =
    [
        new("glb", "head.glb", "model/gltf-binary"),
        new("glb-compressed", "head.meshopt.glb", "model/gltf-binary"),
        new("obj", "head.zip", "application/zip"),
        new("ply", "head.ply", "application/octet-stream"),
        new("stl", "head.stl", "model/stl"),
        new("glb-draco", "head.draco.glb", "model/gltf-binary", Usual: false),
        new("glb-lod1", "head.lod1.glb", "model/gltf-binary", Usual: false),
        new("glb-lod2", "head.lod2.glb", "model/gltf-binary", Usual: false),
        new("usdz", "head.usdz", "model/vnd.usdz+zip", Usual: false),
        new("turntable", "turntable.webp", "image/webp", Usual: false),
        new("preview", "preview.png", "image/png"),
        new(Document, "result.json", "application/json"),
    ];

    /// <summary>The formats of a job.</summary>
    /// <param name="names">What was asked for; null = the usual ones.</param>
    public static IEnumerable<ResultFormat> Of(IReadOnlyList<string>? names) =>
        All.Where(format => names is null ? format.Usual : format.Name == Document || names.Contains(format.Name));

    /// <summary>Reads names that are separated by commas.</summary>
    /// <param name="text">From outside.</param>
    /// <param name="names">Each once.</param>
    /// <returns>Whether all of them are known.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out IReadOnlyList<string>? names)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] asked = text.Split(',', StringSplitOptions.TrimEntries);
        names = asked.All(name => All.Any(format => format.Name == name)) ? [.. asked.Distinct()] : null;
        return names is not null;
    }

    /// <summary>A format by its name.</summary>
    public static ResultFormat Named(string name) => All.First(format => format.Name == name);
}
