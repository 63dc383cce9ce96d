namespace Selfie3D.Texturing;

/// <summary>An image's rows cut into bands, each with the triangles that reach it, so that every band can be drawn on a thread of its own.</summary>
internal sealed class TriangleBands
{
    /// <summary>How many there are.</summary>
    public const int Count = 32;

    private readonly int _rows;
    private readonly int[] _start = new int[Count + 1]; // [band] where its triangles begin
    private readonly int[] _triangles;

    /// <param name="count">Triangles; each band lists them in ascending order.</param>
    /// <param name="rows">Of the image.</param>
    /// <param name="extent">The lowest and the highest y of a triangle, rows; one that is not to be drawn has a lowest above its highest.</param>
    public TriangleBands(int count, int rows, Func<int, (float Top, float Bottom)> extent)
    {
        _rows = rows;
        var bandOfRow = new byte[rows];
        for (var band = 0; band < Count; band++) bandOfRow.AsSpan(Top(band), Bottom(band) - Top(band)).Fill((byte)band);
        var reached = new (byte First, byte Last)[count];
        for (var k = 0; k < count; k++)
        {
            var (top, bottom) = extent(k);
            reached[k] = top > bottom
                ? ((byte)1, (byte)0)
                : (bandOfRow[Math.Clamp((int)(top - 0.5f), 0, rows - 1)], bandOfRow[Math.Clamp((int)(bottom + 0.5f), 0, rows - 1)]);
            for (int band = reached[k].First; band <= reached[k].Last; band++) _start[band + 1]++;
        }
        for (var band = 0; band < Count; band++) _start[band + 1] += _start[band];
        var next = _start.AsSpan(0, Count).ToArray();
        _triangles = new int[_start[Count]];
        for (var k = 0; k < count; k++)
            for (int band = reached[k].First; band <= reached[k].Last; band++) _triangles[next[band]++] = k;
    }

    /// <summary>The first row of a band.</summary>
    public int Top(int band) => _rows * band / Count;

    /// <summary>The first row behind a band.</summary>
    public int Bottom(int band) => _rows * (band + 1) / Count;

    /// <summary>The triangles that reach a band; those that only almost do may be among them.</summary>
    public ReadOnlySpan<int> InBand(int band) => _triangles.AsSpan(_start[band], _start[band + 1] - _start[band]);
}
