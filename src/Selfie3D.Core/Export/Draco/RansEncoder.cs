using System.Numerics;

namespace Selfie3D.Export.Draco;

/// <summary>Entropy coding of Draco: whole numbers by how often each occurs, and single bits.</summary>
/// <remarks>
/// Sources: Duda, "Asymmetric numeral systems", 2009; Google, Draco bitstream 2.2, section on rANS decoding. A coder works like a
/// stack, so what is to be read first is coded last.
/// </remarks>
internal sealed class RansEncoder
{
    private const byte RawSymbols = 1;
    private const int LeastPrecision = 12, MostPrecision = 20, MostSymbolBits = 18, BitPrecision = 8, BitBase = 4096;

    private readonly List<byte> _bytes;
    private readonly uint _base;
    private uint _state;

    private RansEncoder(uint lowest, int capacity)
    {
        _bytes = new List<byte>(capacity);
        _base = _state = lowest;
    }

    /// <summary>Writes numbers, with the table of how often each occurs in front.</summary>
    /// <param name="symbols">At least one; below 2^18.</param>
    /// <param name="output">Takes the bytes.</param>
    public static void WriteSymbols(ReadOnlySpan<int> symbols, BinaryWriter output)
    {
        int most = 0;
        foreach (int symbol in symbols)
            most = Math.Max(most, symbol);
        var counts = new int[most + 1];
        foreach (int symbol in symbols)
            counts[symbol]++;
        int different = counts.Length - counts.AsSpan().Count(0), bits = Math.Min(BitOperations.Log2((uint)different) + 1, MostSymbolBits);
        int precision = Math.Clamp(3 * bits / 2, LeastPrecision, MostPrecision);
        int[] shares = Shares(counts, symbols.Length, 1 << precision);
        var below = new int[shares.Length];
        for (int k = 1; k < shares.Length; k++)
            below[k] = below[k - 1] + shares[k - 1];

        output.Write(RawSymbols);
        output.Write((byte)bits);
        WriteTable(shares, output);
        var coder = new RansEncoder(4u << precision, symbols.Length);
        for (int k = symbols.Length - 1; k >= 0; k--)
            coder.Add((uint)shares[symbols[k]], (uint)below[symbols[k]], precision);
        coder.WriteTo(output);
    }

    /// <summary>Writes bits, with the share of zeros in front.</summary>
    public static void WriteBits(List<bool> bits, BinaryWriter output)
    {
        const int Whole = 1 << BitPrecision;
        int zeros = bits.Count(bit => !bit);
        int share = Math.Clamp((int)((double)zeros / Math.Max(bits.Count, 1) * Whole + 0.5), 1, Whole - 1);
        output.Write((byte)share);
        var coder = new RansEncoder(BitBase, bits.Count / 8);
        for (int k = bits.Count - 1; k >= 0; k--)
        {
            // Ones lie below the zeros.
            if (bits[k])
                coder.Add((uint)(Whole - share), 0, BitPrecision);
            else
                coder.Add((uint)share, (uint)(Whole - share), BitPrecision);
        }

        coder.WriteTo(output);
    }

    private void Add(uint share, uint below, int precision)
    {
        for (uint limit = (_base >> precision << 8) * share; _state >= limit; _state >>= 8)
            _bytes.Add((byte)_state);
        _state = (_state / share << precision) + _state % share + below;
    }

    // The last state goes to the end; the two highest bits of the last byte say how many bytes it takes.
    private void WriteTo(BinaryWriter output)
    {
        uint rest = _state - _base;
        int more = rest < 1 << 6 ? 0 : rest < 1 << 14 ? 1 : rest < 1 << 22 ? 2 : 3;
        rest |= (uint)more << (8 * more + 6);
        for (int k = 0; k <= more; k++)
            _bytes.Add((byte)(rest >> 8 * k));
        output.Write7BitEncodedInt(_bytes.Count);
        output.Write(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes));
    }

    // Shares of a power of two, none of them 0 where something occurs.
    private static int[] Shares(int[] counts, int total, int whole)
    {
        var shares = Array.ConvertAll(counts, count => count == 0 ? 0 : Math.Max(1, (int)((double)count / total * whole + 0.5)));
        int tooMuch = shares.Sum() - whole;
        int[] largestFirst = [.. Enumerable.Range(0, shares.Length).OrderByDescending(symbol => shares[symbol])];
        if (tooMuch < 0)
            shares[largestFirst[0]] -= tooMuch;
        for (double part = (double)tooMuch / whole; tooMuch > 0;)
        {
            foreach (int symbol in largestFirst)
            {
                int less = Math.Min(Math.Min(tooMuch, 1 + (int)(shares[symbol] * part)), shares[symbol] - 1);
                if (less <= 0)
                    break;
                shares[symbol] -= less;
                tooMuch -= less;
            }
        }

        return shares;
    }

    // A share in one to three bytes, how many more in the lowest two bits; 3 there for a run of zeros.
    private static void WriteTable(int[] shares, BinaryWriter output)
    {
        const int LongestRun = 64;
        output.Write7BitEncodedInt(shares.Length);
        for (int k = 0; k < shares.Length; k++)
        {
            if (shares[k] == 0)
            {
                int run = 1;
                while (run < LongestRun && shares[k + run] == 0)
                    run++;
                output.Write((byte)(run - 1 << 2 | 3));
                k += run - 1;
                continue;
            }

            int more = shares[k] < 1 << 6 ? 0 : shares[k] < 1 << 14 ? 1 : 2;
            output.Write((byte)(shares[k] << 2 | more));
            for (int b = 1; b <= more; b++)
                output.Write((byte)(shares[k] >> 8 * b - 2));
        }
    }
}
