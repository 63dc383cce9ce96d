using System.Numerics;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// The cells that the surface passes through: cubes between eight neighbouring samples of a volume with one more
/// layer of outside samples on every side. Cell (x, y, z), 0..N each, spans the samples x - 1 to x and so on.
/// </summary>
/// <remarks>
/// Samples are kept as one bit each (inside or not), 64 to a word along x, so that finding the cells is a few bit
/// operations per 64 of them; the index of a cell is the number of set bits before it.
/// </remarks>
internal sealed class SurfaceCells
{
    private readonly int _rows;            // padded rows per side, N + 2
    private readonly int _words;           // words per row
    private readonly ulong[] _inside;      // [z, y, word] of padded samples
    private readonly ulong[] _active;      // [z, y, word] of cells
    private readonly int[] _rowStart;      // [z, y] index of the row's first cell

    public SurfaceCells(ReadOnlyMemory<float> distance, int size, ParallelOptions parallel)
    {
        _rows = size + 2;
        _words = (_rows + 63) / 64;
        _inside = new ulong[_rows * _rows * _words];
        _active = new ulong[_rows * _rows * _words];
        _rowStart = new int[_rows * _rows];
        Parallel.For(0, size, parallel, z =>
        {
            for (var y = 0; y < size; y++)
                PackRow(distance.Span.Slice((z * size + y) * size, size), _inside.AsSpan(Row(y + 1, z + 1), _words));
        });
        Parallel.For(0, size + 1, parallel, z =>
        {
            for (var y = 0; y <= size; y++) FindActive(y, z);
        });

        var count = 0;
        for (var row = 0; row < _rowStart.Length; row++)
        {
            _rowStart[row] = count;
            for (var word = 0; word < _words; word++) count += BitOperations.PopCount(_active[row * _words + word]);
        }
        Count = count;
        Keys = new int[count];
        Cases = new byte[count];
        Parallel.For(0, size + 1, parallel, z =>
        {
            for (var y = 0; y <= size; y++) Describe(y, z);
        });
    }

    /// <summary>The number of cells with a surface in them.</summary>
    public int Count { get; }

    /// <summary>[cell] x | y &lt;&lt; 10 | z &lt;&lt; 20, in ascending order.</summary>
    public int[] Keys { get; }

    /// <summary>[cell] bit c is set when corner c is inside.</summary>
    public byte[] Cases { get; }

    /// <summary>The index of an active cell.</summary>
    public int IndexOf(int x, int y, int z)
    {
        var row = z * _rows + y;
        var first = row * _words;
        var index = _rowStart[row];
        for (var word = 0; word < x >> 6; word++) index += BitOperations.PopCount(_active[first + word]);
        return index + BitOperations.PopCount(_active[first + (x >> 6)] & ((1UL << (x & 63)) - 1));
    }

    private int Row(int y, int z) => (z * _rows + y) * _words;

    // Sample x goes to bit x + 1; NaN counts as outside.
    private static void PackRow(ReadOnlySpan<float> samples, Span<ulong> bits)
    {
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x + 8 <= samples.Length; x += 8)
            {
                var mask = (ulong)Vector256.LessThan(Vector256.Create(samples.Slice(x, 8)), Vector256<float>.Zero)
                    .ExtractMostSignificantBits();
                var bit = x + 1;
                bits[bit >> 6] |= mask << (bit & 63);
                if ((bit & 63) > 56) bits[(bit >> 6) + 1] |= mask >> (64 - (bit & 63));
            }
        }
        for (; x < samples.Length; x++)
            if (samples[x] < 0) bits[(x + 1) >> 6] |= 1UL << (x + 1 & 63);
    }

    private void FindActive(int y, int z)
    {
        int a = Row(y, z), b = Row(y + 1, z), c = Row(y, z + 1), d = Row(y + 1, z + 1);
        ulong any = _inside[a] | _inside[b] | _inside[c] | _inside[d];
        ulong all = _inside[a] & _inside[b] & _inside[c] & _inside[d];
        for (var word = 0; word < _words; word++)
        {
            ulong nextAny = 0, nextAll = 0;
            if (word + 1 < _words)
            {
                var k = word + 1;
                nextAny = _inside[a + k] | _inside[b + k] | _inside[c + k] | _inside[d + k];
                nextAll = _inside[a + k] & _inside[b + k] & _inside[c + k] & _inside[d + k];
            }
            var anyOfCell = any | any >> 1 | nextAny << 63;
            var allOfCell = all & (all >> 1 | nextAll << 63);
            _active[a + word] = anyOfCell & ~allOfCell;
            any = nextAny;
            all = nextAll;
        }
    }

    private void Describe(int y, int z)
    {
        int a = Row(y, z), b = Row(y + 1, z), c = Row(y, z + 1), d = Row(y + 1, z + 1);
        var cell = _rowStart[z * _rows + y];
        for (var word = 0; word < _words; word++)
        {
            for (var active = _active[a + word]; active != 0; active &= active - 1)
            {
                var x = word * 64 + BitOperations.TrailingZeroCount(active);
                Keys[cell] = x | y << 10 | z << 20;
                Cases[cell++] = (byte)(Pair(a, x) | Pair(b, x) << 2 | Pair(c, x) << 4 | Pair(d, x) << 6);
            }
        }
    }

    // The samples x and x + 1 of a row as two bits.
    private int Pair(int row, int x)
    {
        var low = _inside[row + (x >> 6)] >> (x & 63);
        if ((x & 63) == 63) low |= _inside[row + (x >> 6) + 1] << 1;
        return (int)(low & 3);
    }
}
