namespace Selfie3D.Imaging;

/// <summary>The little of a JPEG's structure that decoders do not report.</summary>
internal static class JpegStructure
{
    /// <summary>
    /// Whether a progressive JPEG stops before its end marker. Decoders show such files as blurred images and report success,
    /// because every scan refines the whole picture.
    /// </summary>
    public static bool IsTruncatedProgressive(ReadOnlySpan<byte> bytes) => IsTruncated(bytes, onlyProgressive: true);

    /// <summary>Whether a JPEG stops before its end marker; for decoders that report no truncated file.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> bytes) => IsTruncated(bytes, onlyProgressive: false);

    private static bool IsTruncated(ReadOnlySpan<byte> bytes, bool onlyProgressive)
    {
        const byte Progressive = 0xC2, ProgressiveArithmetic = 0xCA, StartOfScan = 0xDA, EndOfImage = 0xD9;
        bool wanted = !onlyProgressive;
        int at = 2;
        while (at + 2 <= bytes.Length)
        {
            if (bytes[at] != 0xFF)
            {
                // Entropy-coded data, or padding between segments: on to the next marker.
                int step = bytes[at..].IndexOf((byte)0xFF);
                if (step < 0)
                    break;
                at += step;
                continue;
            }

            byte marker = bytes[at + 1];
            if (marker == EndOfImage)
                return false;
            if (marker == 0xFF)
            {
                at++;
            }
            else if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8))
            {
                at += 2;
            }
            else
            {
                if (marker is Progressive or ProgressiveArithmetic)
                    wanted = true;
                else if (marker == StartOfScan && !wanted)
                    return false;
                if (at + 4 > bytes.Length)
                    break;
                at += 2 + ((bytes[at + 2] << 8) | bytes[at + 3]);
            }
        }

        return wanted;
    }
}
