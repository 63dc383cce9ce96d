using System.Buffers.Binary;
using System.Text;

namespace Selfie3D.Service.Uploads;

/// <summary>
/// Finds archives, documents, web pages and programs in a photo file. Phones put films and further photos behind a photo
/// (motion photos, gain maps), so not everything behind the end is bad; what is looked for are the marks of other kinds of file.
/// </summary>
internal static class HiddenContent
{
    // PDF readers accept their mark anywhere in the first 1024 bytes; zip readers look for theirs in the last 65,557.
    private const int PdfReach = 1024, ZipReach = 65_557, ZipEndLength = 22;

    private static readonly (string Mark, string Name)[] Texts =
    [
        ("<script", "a web page"), ("<html", "a web page"), ("<!doctype html", "a web page"), ("<iframe", "a web page"),
        ("<svg", "an SVG drawing"), ("<?php", "a program"),
    ];

    private static readonly (byte[] Mark, string Name)[] Archives =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive"), ([.. "Rar!\u001A\u0007"u8], "a RAR archive"), ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"), ([.. "%PDF-"u8], "a PDF document"),
    ];

    /// <summary>What is hidden, in words; null when nothing is.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="header">Its metadata.</param>
    /// <param name="tail">What lies behind the photo.</param>
    public static string? Find(ReadOnlySpan<byte> file, Range header, Range tail)
    {
        if (file[..Math.Min(file.Length, PdfReach)].IndexOf("%PDF-"u8) >= 0)
            return "a PDF document";
        if (EndsAsZip(file))
            return "a zip archive";
        foreach (var (mark, name) in Archives)
        {
            if (file[tail].IndexOf(mark) >= 0)
                return name;
        }

        return FindText(file[header]) ?? FindText(file[tail]);
    }

    // The end record of an archive names the length of its comment, which has to reach to the end of the file.
    private static bool EndsAsZip(ReadOnlySpan<byte> file)
    {
        var end = file[Math.Max(0, file.Length - ZipReach)..];
        for (int at = end.LastIndexOf("PK\u0005\u0006"u8); at >= 0; at = end[..at].LastIndexOf("PK\u0005\u0006"u8))
        {
            if (at + ZipEndLength <= end.Length && at + ZipEndLength + BinaryPrimitives.ReadUInt16LittleEndian(end[(at + 20)..]) <= end.Length)
                return true;
        }

        return false;
    }

    private static string? FindText(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return null;
        string text = Encoding.Latin1.GetString(part);
        foreach (var (mark, name) in Texts)
        {
            if (text.Contains(mark, StringComparison.OrdinalIgnoreCase))
                return name;
        }

        return null;
    }
}
