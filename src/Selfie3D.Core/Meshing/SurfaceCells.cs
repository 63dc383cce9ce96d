using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// The cells that the surface passes through: cubes between eight neighbouring samples of a volume with one more
/// layer of outside samples on every side. Cell (x, y, z), 0..N each, spans the samples x - 1 to x and so on.
/// </summary>
/// <remarks>
/// Samples are kept as one bit each (inside or not), 64 to a word along x, so that finding the cells is a few bit
/// operations per 64 of them; the index of a cell is the number of set bits before it. All arrays are rented and
/// may be longer than what is used of them; <see cref="Dispose"/> gives them back.
/// </remarks>
internal sealed class SurfaceCells : IDisposable
{
    private const int SlicesPerItem = 8;

    private readonly int _rows;            // rows of samples per side with the layer around, N + 2
    private readonly int _words;           // words per row
    private readonly ulong[] _inside;      // [z, y, word] of samples: bit x is sample x; rows at -1 and N are outside
    private readonly Word[] _active;       // [z, y, word] of cells
    private readonly int[] _sliceStart;    // [z] index of the slice's first cell
    private readonly int[] _ownCuts;       // [z] cut edges from corner 0 of the slice's cells
    private bool _hasSeveralLoops, _hasFacesMetTwice;

    public SurfaceCells(ReadOnlyMemory<float> distance, int size, int threads)
    {
        _rows = size + 2;
        _words = size / 64 + 1;
        _inside = ArrayPool<ulong>.Shared.Rent(_rows * _rows * _words);
        _active = ArrayPool<Word>.Shared.Rent(_rows * _rows * _words);
        _sliceStart = new int[size + 2];
        _ownCuts = new int[size + 1];
        ForSlices(_rows, threads, z =>
        {
            _inside.AsSpan(Row(0, z), _rows * _words).Clear();
            if (z == 0 || z == size + 1) return;
            for (var y = 0; y < size; y++)
                PackRow(distance.Span.Slice(((z - 1) * size + y) * size, size), _inside.AsSpan(Row(y + 1, z), _words));
        });
        ForSlices(Slices, threads, z => _sliceStart[z + 1] = FindActive(z, size));
        for (var z = 0; z < Slices; z++) _sliceStart[z + 1] += _sliceStart[z];
        Count = _sliceStart[size + 1];
        Keys = ArrayPool<int>.Shared.Rent(Count);
        Cases = ArrayPool<byte>.Shared.Rent(Count);
        ForSlices(Slices, threads, z => Describe(z, size));
    }

    /// <summary>The number of cells with a surface in them.</summary>
    public int Count { get; }

    /// <summary>Slices of cells along z.</summary>
    public int Slices => _rows - 1;

    /// <summary>[cell] x | y &lt;&lt; 10 | z &lt;&lt; 20, in ascending order.</summary>
    public int[] Keys { get; }

    /// <summary>[cell] bit c is set when corner c is inside.</summary>
    public byte[] Cases { get; }

    /// <summary>True when some cell has more than one loop.</summary>
    public bool HasSeveralLoops => _hasSeveralLoops;

    /// <summary>True when some loop runs over a face twice.</summary>
    public bool HasFacesMetTwice => _hasFacesMetTwice;

    /// <summary>How far the word of the next y is away.</summary>
    public int StepY => _words;

    /// <summary>How far the word of the next z is away.</summary>
    public int StepZ => _rows * _words;

    /// <summary>The first cell of a slice; <see cref="Slices"/> itself gives their number.</summary>
    public int SliceStart(int z) => _sliceStart[z];

    /// <summary>How many edges from corner 0 of a slice's cells are cut.</summary>
    public int OwnCutsOfSlice(int z) => _ownCuts[z];

    public static (int X, int Y, int Z) Unpack(int key) => (key & 1023, key >> 10 & 1023, key >> 20);

    /// <summary>The word that a cell's bit is in, for <see cref="IndexOf"/>.</summary>
    public int WordOf(int x, int y, int z) => Row(y, z) + (x >> 6);

    /// <summary>
    /// The index of an active cell by its word and x; of a cell that is not active, that of the first one after it, so that
    /// an active cell at x - 1 has the index before.
    /// </summary>
    public int IndexOf(int word, int x)
    {
        ref readonly var entry = ref _active[word];
        return entry.Start + BitOperations.PopCount(entry.Bits & (1UL << x) - 1); // shifts by x modulo 64
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_inside);
        ArrayPool<Word>.Shared.Return(_active);
        ArrayPool<int>.Shared.Return(Keys);
        ArrayPool<byte>.Shared.Return(Cases);
    }

    private static void ForSlices(int count, int threads, Action<int> body) => WorkItems.Run((count + SlicesPerItem - 1) / SlicesPerItem, threads, item =>
    {
        for (var z = item * SlicesPerItem; z < Math.Min(count, (item + 1) * SlicesPerItem); z++) body(z);
    });

    private int Row(int y, int z) => (z * _rows + y) * _words;

    // NaN counts as outside.
    private static void PackRow(ReadOnlySpan<float> samples, Span<ulong> bits)
    {
        var x = 0;
        for (; x + 64 <= samples.Length; x += 64)
        {
            var four = MemoryMarshal.Cast<float, Vector512<float>>(samples.Slice(x, 64));
            bits[x >> 6] = Negative(four[0]) | Negative(four[1]) << 16 | Negative(four[2]) << 32 | Negative(four[3]) << 48;
        }
        for (; x < samples.Length; x++)
            if (samples[x] < 0) bits[x >> 6] |= 1UL << x;

        static ulong Negative(Vector512<float> samples) => Vector512.LessThan(samples, Vector512<float>.Zero).ExtractMostSignificantBits();
    }

    // The active cells of a slice, as words; their number. Starts are counted from the slice's first cell.
    private int FindActive(int z, int size)
    {
        var count = 0;
        for (var y = 0; y <= size; y++)
        {
            int row = Row(y, z);
            var a = _inside.AsSpan(row, _words);
            var b = _inside.AsSpan(Row(y + 1, z), _words);
            var c = _inside.AsSpan(Row(y, z + 1), _words);
            var d = _inside.AsSpan(Row(y + 1, z + 1), _words);
            ulong anyBefore = 0, allBefore = 0; // the last sample of the word before
            for (var word = 0; word < a.Length; word++)
            {
                ulong any = a[word] | b[word] | c[word] | d[word];
                ulong all = a[word] & b[word] & c[word] & d[word];
                ulong active = (any | any << 1 | anyBefore) & ~(all & (all << 1 | allBefore));
                (anyBefore, allBefore) = (any >> 63, all >> 63);
                _active[row + word] = new Word(active, count);
                count += BitOperations.PopCount(active);
            }
        }
        return count;
    }

    private void Describe(int z, int size)
    {
        int cell = _sliceStart[z], cuts = 0;
        bool several = false, twice = false;
        for (var y = 0; y <= size; y++)
        {
            int row = Row(y, z);
            ulong beforeA = 0, beforeB = 0, beforeC = 0, beforeD = 0;
            for (var word = 0; word < _words; word++)
            {
                ulong a = _inside[row + word], b = _inside[row + StepY + word];
                ulong c = _inside[row + StepZ + word], d = _inside[row + StepZ + StepY + word];
                var active = _active[row + word].Bits;
                _active[row + word] = new Word(active, cell);
                ulong lowA = a << 1 | beforeA, lowB = b << 1 | beforeB, lowC = c << 1 | beforeC, lowD = d << 1 | beforeD;
                for (; active != 0; active &= active - 1)
                {
                    var x = BitOperations.TrailingZeroCount(active);
                    Keys[cell] = x + 64 * word | y << 10 | z << 20;
                    var inside = (byte)(lowA >> x & 1 | (a >> x & 1) << 1 | (lowB >> x & 1) << 2 | (b >> x & 1) << 3
                        | (lowC >> x & 1) << 4 | (c >> x & 1) << 5 | (lowD >> x & 1) << 6 | (d >> x & 1) << 7);
                    Cases[cell++] = inside;
                    cuts += BitOperations.PopCount(CubeLoops.OwnCuts[inside]);
                    several |= CubeLoops.Count[inside] > 1;
                    twice |= CubeLoops.FacesMetTwice[inside] != 0;
                }
                (beforeA, beforeB, beforeC, beforeD) = (a >> 63, b >> 63, c >> 63, d >> 63);
            }
        }
        _ownCuts[z] = cuts;
        // Any number of threads may say so at once.
        if (several) _hasSeveralLoops = true;
        if (twice) _hasFacesMetTwice = true;
    }

    // 64 cells of a row, and the index of the first active one of them or after them.
    private readonly record struct Word(ulong Bits, int Start);
}
