namespace Selfie3D.Export.Meshopt;

/// <summary>
/// Packs vertices as the mode <c>ATTRIBUTES</c> of EXT_meshopt_compression (version 0): byte by byte the step from the vertex
/// before, 16 steps together in as many bits as they need.
/// </summary>
/// <remarks>Source: Khronos, EXT_meshopt_compression, appendix A.</remarks>
internal static class AttributeCodec
{
    private const byte Header = 0xa0;
    private const int Group = 16, MostBlockBytes = 8192, MostBlockVertices = 256, LeastTail = 32;

    /// <summary>Packs vertices.</summary>
    /// <param name="vertices">Whole vertices, one after the other.</param>
    /// <param name="stride">Bytes of one: a multiple of 4, at most 256.</param>
    public static byte[] Encode(ReadOnlySpan<byte> vertices, int stride)
    {
        int count = vertices.Length / stride;
        int blockSize = Math.Min(MostBlockBytes / stride & ~(Group - 1), MostBlockVertices);
        List<byte> packed = [Header];
        byte[] last = count > 0 ? vertices[..stride].ToArray() : new byte[stride];
        var steps = new byte[blockSize];
        for (int first = 0; first < count; first += blockSize)
        {
            int inBlock = Math.Min(blockSize, count - first), groups = (inBlock + Group - 1) / Group;
            for (int k = 0; k < stride; k++)
            {
                byte before = last[k];
                steps.AsSpan().Clear();
                for (int v = 0; v < inBlock; v++)
                {
                    byte value = vertices[(first + v) * stride + k];
                    sbyte step = (sbyte)(value - before);
                    steps[v] = (byte)(step << 1 ^ step >> 7);
                    before = value;
                }

                last[k] = before;
                AddGroups(packed, steps.AsSpan(0, groups * Group));
            }
        }

        // The first vertex, at the end of at least 32 bytes.
        packed.AddRange(new byte[Math.Max(0, LeastTail - stride)]);
        packed.AddRange(count > 0 ? vertices[..stride] : new byte[stride]);
        return [.. packed];
    }

    private static void AddGroups(List<byte> packed, ReadOnlySpan<byte> steps)
    {
        int header = packed.Count, groups = steps.Length / Group;
        packed.AddRange(new byte[(groups + 3) / 4]);
        for (int group = 0; group < groups; group++)
        {
            var own = steps.Slice(group * Group, Group);
            int zero = own.IndexOfAnyExcept((byte)0) < 0 ? 0 : int.MaxValue, two = Size(own, 2), four = Size(own, 4);
            int least = Math.Min(Math.Min(zero, two), Math.Min(four, Group));
            int mode = least == zero ? 0 : least == two ? 1 : least == four ? 2 : 3;
            packed[header + group / 4] |= (byte)(mode << group % 4 * 2);
            if (mode == 3)
                packed.AddRange(own);
            else if (mode > 0)
                AddBits(packed, own, 2 * mode);
        }
    }

    // Bytes that 16 steps take at so many bits; those that do not fit follow as whole bytes.
    private static int Size(ReadOnlySpan<byte> steps, int bits)
    {
        int size = Group * bits / 8;
        foreach (byte step in steps)
            size += step >= (1 << bits) - 1 ? 1 : 0;
        return size;
    }

    private static void AddBits(List<byte> packed, ReadOnlySpan<byte> steps, int bits)
    {
        int most = (1 << bits) - 1, perByte = 8 / bits;
        for (int k = 0; k < Group; k += perByte)
        {
            int value = 0;
            for (int j = 0; j < perByte; j++)
                value = value << bits | Math.Min(steps[k + j], most); // the first in the highest bits
            packed.Add((byte)value);
        }

        foreach (byte step in steps)
        {
            if (step >= most)
                packed.Add(step);
        }
    }
}
