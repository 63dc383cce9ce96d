using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Selfie3D.Service.Callbacks;

/// <summary>
/// Signature of a callback: <c>t=SECONDS,v1=HEX</c>, where HEX is the HMAC-SHA256 of <c>SECONDS.BODY</c> under the job's callback secret.
/// </summary>
public static class CallbackSignature
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "Selfie3D-Signature";

    /// <summary>A new secret: 256 random bits in hex.</summary>
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Signs a body.</summary>
    public static string Sign(string secret, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        string seconds = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.ASCII.GetBytes(seconds + "."), .. body];
        return $"t={seconds},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }
}
