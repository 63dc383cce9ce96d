namespace Selfie3D.Export.Meshopt;

/// <summary>
/// Packs triangles as the mode <c>TRIANGLES</c> of EXT_meshopt_compression (version 1 of its index format): one byte for a triangle
/// that shares an edge with one of the last 16, and further bytes for vertices that are neither new nor recent.
/// </summary>
/// <remarks>Source: Khronos, EXT_meshopt_compression, appendix A. Triangles may come back with their corners rotated.</remarks>
internal sealed class IndexCodec
{
    private const byte Header = 0xe1;
    private const int Recent = 16, EdgeCodes = 15, VertexCodes = 13, Explicit = 15;

    // Pairs of vertex codes that occur often, as the packed stream's own table; any sixteen bytes would do.
    private static readonly byte[] PairTable = [0x00, 0x76, 0x87, 0x56, 0x67, 0x78, 0xa9, 0x86, 0x65, 0x89, 0x68, 0x98, 0x01, 0x69, 0, 0];
    private const int UsablePairs = 14;

    private readonly (int From, int To)[] _edges = new (int, int)[Recent];
    private readonly int[] _vertices = new int[Recent];
    private readonly List<byte> _codes, _data = [];
    private int _edgeAt, _vertexAt, _next, _last;

    private IndexCodec(int triangles)
    {
        _codes = new List<byte>(triangles);
        Array.Fill(_edges, (-1, -1));
        Array.Fill(_vertices, -1);
    }

    /// <summary>Packs 3 T indices.</summary>
    public static byte[] Encode(ReadOnlySpan<int> triangles)
    {
        var codec = new IndexCodec(triangles.Length / 3);
        for (int t = 0; t < triangles.Length; t += 3)
            codec.Add(triangles[t], triangles[t + 1], triangles[t + 2]);
        return [Header, .. codec._codes, .. codec._data, .. PairTable];
    }

    private void Add(int a, int b, int c)
    {
        for (int age = 0; age < EdgeCodes; age++)
        {
            var (from, to) = _edges[(_edgeAt - 1 - age) & (Recent - 1)];
            // The edge that is shared comes first.
            (int A, int B, int C)? turned =
                from == a && to == b ? (a, b, c) : from == b && to == c ? (b, c, a) : from == c && to == a ? (c, a, b) : null;
            if (turned is { } t)
            {
                AddBeside(age, t.A, t.B, t.C);
                return;
            }
        }

        AddAlone(a, b, c);
    }

    // A triangle on a recent edge: only its third corner is to be told.
    private void AddBeside(int age, int a, int b, int c)
    {
        int recent = AgeOf(c);
        int code = recent >= 1 && recent < VertexCodes ? recent : c == _next ? 0 : c == _last - 1 ? 13 : c == _last + 1 ? 14 : Explicit;
        if (code == 0)
            _next++;
        _codes.Add((byte)(age << 4 | code));
        if (code == Explicit)
            AddIndex(c);
        else if (code >= VertexCodes)
            _last = c;
        if (code == 0 || code >= VertexCodes)
            PushVertex(c);
        PushEdge(c, b);
        PushEdge(a, c);
    }

    private void AddAlone(int a, int b, int c)
    {
        if (b == _next)
            (a, b, c) = (b, c, a);
        else if (c == _next)
            (a, b, c) = (c, a, b);
        int recentB = AgeOf(b), recentC = AgeOf(c);
        int codeA = Code(a, -1), codeB = Code(b, recentB), codeC = Code(c, recentC);
        int pair = codeB << 4 | codeC, place = Array.IndexOf(PairTable, (byte)pair, 0, UsablePairs);
        // Zeros all over would also be the sign for starting anew, which is never needed here.
        if (codeA == 0 && place >= 0)
        {
            _codes.Add((byte)(0xf0 | place));
        }
        else
        {
            _codes.Add((byte)(0xf0 | (codeA == 0 ? 14 : 15)));
            _data.Add((byte)pair);
        }

        foreach (var (vertex, code) in new[] { (a, codeA), (b, codeB), (c, codeC) })
        {
            if (code == Explicit)
                AddIndex(vertex);
        }

        foreach (var (vertex, code) in new[] { (a, codeA), (b, codeB), (c, codeC) })
        {
            if (code is 0 or Explicit)
                PushVertex(vertex);
        }

        PushEdge(b, a);
        PushEdge(c, b);
        PushEdge(a, c);
    }

    // 0 for the next new vertex, 1 + age for a recent one, 15 for any other.
    private int Code(int vertex, int age)
    {
        if (age is >= 0 and < 14)
            return age + 1;
        if (vertex != _next)
            return Explicit;
        _next++;
        return 0;
    }

    private int AgeOf(int vertex)
    {
        for (int age = 0; age < Recent; age++)
        {
            if (_vertices[(_vertexAt - 1 - age) & (Recent - 1)] == vertex)
                return age;
        }

        return -1;
    }

    private void PushVertex(int vertex)
    {
        _vertices[_vertexAt] = vertex;
        _vertexAt = (_vertexAt + 1) & (Recent - 1);
    }

    private void PushEdge(int from, int to)
    {
        _edges[_edgeAt] = (from, to);
        _edgeAt = (_edgeAt + 1) & (Recent - 1);
    }

    // The step from the last such index, sign in the lowest bit, seven bits to a byte.
    private void AddIndex(int vertex)
    {
        int step = vertex - _last;
        uint value = (uint)(step << 1 ^ step >> 31);
        for (; value > 127; value >>= 7)
            _data.Add((byte)(value & 127 | 128));
        _data.Add((byte)value);
        _last = vertex;
    }
}
