using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Selfie3D.Meshing;

/// <summary>
/// The cells that the surface passes through: cubes between eight neighbouring samples of a volume with one more
/// layer of outside samples on every side. Cell (x, y, z), 0..N each, spans the samples x - 1 to x and so on.
/// </summary>
/// <remarks>
/// Samples are kept as one bit each (inside or not), 64 to a word along x, so that finding the cells is a few bit
/// operations per 512 of them; the index of a cell is the number of set bits before it. It is done in four steps, of which the first,
/// the second and the fourth may be done slice by slice on any thread: <see cref="Pack"/>, <see cref="CountSlice"/>,
/// <see cref="Number"/>, <see cref="Locate"/>. All arrays are rented and may be longer than what is used of them;
/// <see cref="Dispose"/> gives them back.
/// </remarks>
internal sealed class SurfaceCells : IDisposable
{
    /// <summary>Set in the key of a cell that is not surrounded by samples of the volume on all sides.</summary>
    public const int BesideBorder = 1 << 30;

    /// <summary>Set in the key of a cell that is, or has beside it, one with several loops or with a loop that runs over a face twice.</summary>
    public const int BesideKnot = 1 << 31;

    private const int PositionBits = 1023;
    private const int SlackWords = 8; // so that whole vectors of words may be read

    private readonly ReadOnlyMemory<float> _distance;
    private readonly int _size;
    private readonly int _rows;            // rows of samples per side with the layer around, N + 2
    private readonly int _words;           // words per row
    private readonly ulong[] _inside;      // one word of nothing, then [z, y, word] of samples: bit x is sample x; rows at -1 and N are outside
    private readonly Word[] _active;       // a slice and a row of anything, then [z, y, word] of cells, set where there is any
    private readonly int[] _sliceStart;    // [z] index of the slice's first cell

    /// <summary>Makes room.</summary>
    /// <param name="distance">[z, y, x], x fastest.</param>
    /// <param name="size">Samples along each axis.</param>
    public SurfaceCells(ReadOnlyMemory<float> distance, int size)
    {
        (_distance, _size, _rows) = (distance, size, size + 2);
        _words = size / 64 + 1;
        _inside = ArrayPool<ulong>.Shared.Rent(1 + _rows * _rows * _words + SlackWords);
        _active = ArrayPool<Word>.Shared.Rent(WordOf(0, 0, _rows));
        _sliceStart = new int[size + 2];
        _inside[0] = 0;
    }

    /// <summary>The number of cells with a surface in them.</summary>
    public int Count => _sliceStart[^1];

    /// <summary>Slices of samples along z with the layer around them.</summary>
    public int SampleSlices => _rows;

    /// <summary>Slices of cells along z.</summary>
    public int Slices => _rows - 1;

    /// <summary>[cell] x | y &lt;&lt; 16, in ascending order within a slice, and <see cref="BesideBorder"/>, <see cref="BesideKnot"/>.</summary>
    public int[] Keys { get; private set; } = [];

    /// <summary>[cell] bit c is set when corner c is inside.</summary>
    public byte[] Cases { get; private set; } = [];

    /// <summary>How far the word of the next y is away.</summary>
    public int StepY => _words;

    /// <summary>How far the word of the next z is away.</summary>
    public int StepZ => _rows * _words;

    /// <summary>The first cell of a slice; <see cref="Slices"/> itself gives their number.</summary>
    public int SliceStart(int z) => _sliceStart[z];

    /// <summary>Where a cell is in its slice.</summary>
    public static (int X, int Y) Unpack(int key) => (key & PositionBits, key >> 16 & PositionBits);

    /// <summary>The word that a cell's bit is in, for <see cref="IndexOf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int WordOf(int x, int y, int z) => Row(y + 1, z + 1) + (x >> 6);

    /// <summary>The index of an active cell by its word and x; of any other no matter what.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf(int word, int x)
    {
        ref readonly var entry = ref _active[word];
        return entry.Start + BitOperations.PopCount(entry.Bits & (1UL << x) - 1); // shifts by x modulo 64
    }

    /// <summary>Reads a slice of samples.</summary>
    /// <param name="z">0 for the layer before the first.</param>
    public void Pack(int z)
    {
        var slice = _inside.AsSpan(1 + Row(0, z), _rows * _words);
        if (z == _rows - 1) slice = _inside.AsSpan(1 + Row(0, z), _rows * _words + SlackWords);
        slice.Clear();
        if (z == 0 || z == _rows - 1) return;
        var samples = _distance.Span.Slice((z - 1) * _size * _size, _size * _size);
        for (var y = 0; y < _size; y++) PackRow(samples.Slice(y * _size, _size), slice.Slice((y + 1) * _words, _words));
    }

    /// <summary>Counts the cells of a slice, whose samples have been read.</summary>
    public void CountSlice(int z)
    {
        var active = ArrayPool<ulong>.Shared.Rent(ActiveLength);
        FindActive(z, active);
        var count = 0;
        foreach (var word in active.AsSpan(0, (_rows - 1) * _words)) count += BitOperations.PopCount(word);
        _sliceStart[z + 1] = count;
        ArrayPool<ulong>.Shared.Return(active);
    }

    /// <summary>Gives the cells of all slices their indices.</summary>
    public void Number()
    {
        for (var z = 0; z < Slices; z++) _sliceStart[z + 1] += _sliceStart[z];
        Keys = ArrayPool<int>.Shared.Rent(Count);
        Cases = ArrayPool<byte>.Shared.Rent(Count);
    }

    /// <summary>Finds out where the cells of a slice are.</summary>
    public void Locate(int z)
    {
        var active = ArrayPool<ulong>.Shared.Rent(ActiveLength);
        FindActive(z, active);
        int cell = _sliceStart[z], at = 0, firstWord = WordOf(0, 0, z);
        for (var y = 0; y < _rows - 1; y++)
        {
            var key = y << 16 | (IsBesideBorder(y) || IsBesideBorder(z) ? BesideBorder : 0);
            for (var word = 0; word < _words; word++, at++)
            {
                var bits = active[at];
                if (bits == 0) continue;
                _active[firstWord + at] = new Word(bits, cell);
                for (; bits != 0; bits &= bits - 1)
                {
                    var x = BitOperations.TrailingZeroCount(bits) + 64 * word;
                    Keys[cell++] = key | x | (IsBesideBorder(x) ? BesideBorder : 0);
                }
            }
        }
        ArrayPool<ulong>.Shared.Return(active);
    }

    /// <summary>Tells a cell and those around it of a knot in it.</summary>
    public void MarkKnot(int x, int y, int z)
    {
        for (var k = 0; k < 27; k++)
        {
            int atX = x + k % 3 - 1, atY = y + k / 3 % 3 - 1, atZ = z + k / 9 - 1;
            if (Find(atX, atY, atZ) is var cell and >= 0) Keys[cell] |= BesideKnot;
        }
    }

    public void Dispose()
    {
        ArrayPool<ulong>.Shared.Return(_inside);
        ArrayPool<Word>.Shared.Return(_active);
        ArrayPool<int>.Shared.Return(Keys);
        ArrayPool<byte>.Shared.Return(Cases);
    }

    private int ActiveLength => (_rows - 1) * _words + SlackWords;

    private int Row(int y, int z) => (z * _rows + y) * _words;

    private bool IsBesideBorder(int at) => at < 2 || at > _size - 2;

    // -1 for one that is not active: words without any cell hold what was there before, but no other cell has its key.
    private int Find(int x, int y, int z)
    {
        if (Math.Min(x, Math.Min(y, z)) < 0 || Math.Max(x, Math.Max(y, z)) > _size) return -1;
        var cell = IndexOf(WordOf(x, y, z), x);
        return cell >= _sliceStart[z] && cell < _sliceStart[z + 1] && Unpack(Keys[cell]) == (x, y) ? cell : -1;
    }

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

    // The active cells of a slice: [y, word], and whatever follows. The last bit of a row is never set, so that the word before the first
    // of a row may be that of another row.
    private void FindActive(int z, Span<ulong> active)
    {
        ref var here = ref _inside[1 + Row(0, z)];
        for (var word = 0; word < (_rows - 1) * _words; word += Vector512<ulong>.Count)
        {
            var (any, all) = Around(ref Unsafe.Add(ref here, word));
            var (anyBefore, allBefore) = Around(ref Unsafe.Add(ref here, word - 1));
            ((any | any << 1 | anyBefore >>> 63) & ~(all & (all << 1 | allBefore >>> 63))).CopyTo(active[word..]);
        }
    }

    // Of the samples at each x those that are inside in any, and in all, of the four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector512<ulong> Any, Vector512<ulong> All) Around(ref ulong words)
    {
        var a = Vector512.LoadUnsafe(ref words);
        var b = Vector512.LoadUnsafe(ref Unsafe.Add(ref words, StepY));
        var c = Vector512.LoadUnsafe(ref Unsafe.Add(ref words, StepZ));
        var d = Vector512.LoadUnsafe(ref Unsafe.Add(ref words, StepZ + StepY));
        return (a | b | c | d, a & b & c & d);
    }

    // 64 cells of a row, and the index of the first active one of them.
    private readonly record struct Word(ulong Bits, int Start);
}
