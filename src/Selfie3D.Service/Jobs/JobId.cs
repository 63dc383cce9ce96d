using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Selfie3D.Service.Jobs;

/// <summary>
/// Names a job: 128 random bits as 32 lower-case hex digits. Who knows the id may see and delete the job, so it cannot be guessed.
/// </summary>
public static class JobId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 32;

    /// <summary>Makes a new id.</summary>
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Length / 2));

    /// <summary>Whether a text from outside is an id; anything else never becomes part of a blob's name.</summary>
    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: Length } && text.All(character => character is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
}
