namespace Selfie3D.Export.Draco;

/// <summary>
/// Packs which triangles hang together: a walk over a closed surface that says of each triangle only how it meets those already
/// seen (Edgebreaker, about two bits).
/// </summary>
/// <remarks>
/// Sources: Rossignac, "Edgebreaker: Connectivity compression for triangle meshes", 1999; Google, Draco bitstream 2.2, sections on
/// the Edgebreaker decoder and its standard traversal.
/// </remarks>
internal sealed class EdgebreakerEncoder
{
    private const byte StandardTraversal = 0;

    // As they are written, lowest bit first: C in one bit, the others in three.
    private const byte Center = 0, Split = 1, Leftwards = 3, Rightwards = 5, End = 7;
    private const byte LeftEdge = 0, RightEdge = 1;

    private readonly CornerTable _corners;
    private readonly bool[] _triangleSeen, _vertexSeen;
    private readonly int[] _splitAt; // [triangle] number of its symbol if that is a split; -1
    private readonly List<byte> _symbols;
    private readonly List<int> _walked;
    private readonly List<(int Source, int Split, byte Edge)> _joins = [];
    private int _splits;

    private EdgebreakerEncoder(CornerTable corners)
    {
        _corners = corners;
        _triangleSeen = new bool[corners.TriangleCount];
        _vertexSeen = new bool[corners.OnCut.Length];
        _splitAt = new int[corners.TriangleCount];
        Array.Fill(_splitAt, -1);
        _symbols = new List<byte>(corners.TriangleCount);
        _walked = new List<int>(corners.TriangleCount);
    }

    /// <summary>Writes the connectivity of a closed surface and, beside it, where one attribute is cut open.</summary>
    /// <param name="corners">The closed surface.</param>
    /// <param name="cut">The same triangles, cut.</param>
    /// <param name="output">Takes the bytes.</param>
    /// <returns>One corner of each triangle, in the order in which a decoder makes the triangles.</returns>
    public static int[] Write(CornerTable corners, CornerTable cut, BinaryWriter output)
    {
        var encoder = new EdgebreakerEncoder(corners);
        List<int> firsts = [];
        for (int triangle = 0; triangle < corners.TriangleCount; triangle++)
        {
            if (!encoder._triangleSeen[triangle])
                firsts.Add(encoder.WalkPiece(3 * triangle));
        }

        // Decoders go backwards, and close each piece with the triangle at which the walk began.
        encoder._walked.Reverse();
        int[] order = [.. encoder._walked, .. firsts];

        output.Write(StandardTraversal);
        output.Write7BitEncodedInt(corners.OnCut.Length);
        output.Write7BitEncodedInt(corners.TriangleCount);
        output.Write((byte)1); // attributes with cuts of their own
        output.Write7BitEncodedInt(encoder._symbols.Count);
        output.Write7BitEncodedInt(encoder._splits);
        encoder.WriteJoins(output);
        encoder.WriteSymbols(output);
        RansEncoder.WriteBits(firsts.ConvertAll(_ => true), output); // every piece begins inside, none at a border
        RansEncoder.WriteBits(Cuts(corners, cut, order), output);
        return order;
    }

    // The first triangle of a piece has no symbol.
    private int WalkPiece(int corner)
    {
        for (int k = 0; k < 3; k++)
            _vertexSeen[_corners.Vertex[corner + k]] = true;
        _triangleSeen[corner / 3] = true;
        int first = CornerTable.Next(corner);
        Walk(_corners.Opposite(first));
        return first;
    }

    private void Walk(int start)
    {
        var open = new Stack<int>([start]);
        while (open.TryPop(out int corner))
        {
            while (corner >= 0 && !_triangleSeen[corner / 3])
                corner = Step(corner, open);
        }
    }

    // Tells one triangle, from the corner that is farthest from where the walk comes from; returns where it goes on, or -1.
    private int Step(int corner, Stack<int> open)
    {
        int symbol = _symbols.Count, vertex = _corners.Vertex[corner], right = _corners.Right(corner), left = _corners.Left(corner);
        _triangleSeen[corner / 3] = true;
        _walked.Add(corner);
        if (!_vertexSeen[vertex])
        {
            _vertexSeen[vertex] = true;
            _symbols.Add(Center);
            return right;
        }

        bool rightSeen = _triangleSeen[right / 3], leftSeen = _triangleSeen[left / 3];
        if (rightSeen)
            AddJoin(symbol, RightEdge, right);
        if (leftSeen)
            AddJoin(symbol, LeftEdge, left);
        _symbols.Add(rightSeen ? leftSeen ? End : Rightwards : leftSeen ? Leftwards : Split);
        if (rightSeen)
            return leftSeen ? -1 : left;
        if (leftSeen)
            return right;
        _splits++;
        _splitAt[corner / 3] = symbol;
        open.Push(left);
        return right;
    }

    // Where the walk meets a split triangle from outside its own branch, as it does once around each handle.
    private void AddJoin(int symbol, byte edge, int corner)
    {
        if (_splitAt[corner / 3] is var split and >= 0)
            _joins.Add((symbol, split, edge));
    }

    private void WriteJoins(BinaryWriter output)
    {
        output.Write7BitEncodedInt(_joins.Count);
        int before = 0;
        foreach (var (source, split, _) in _joins)
        {
            output.Write7BitEncodedInt(source - before);
            output.Write7BitEncodedInt(source - split);
            before = source;
        }

        var bits = new BitPacker();
        foreach (var join in _joins)
            bits.Add(join.Edge, 1);
        output.Write(bits.ToArray());
    }

    private void WriteSymbols(BinaryWriter output)
    {
        var bits = new BitPacker();
        for (int k = _symbols.Count - 1; k >= 0; k--)
            bits.Add(_symbols[k], _symbols[k] == Center ? 1 : 3);
        byte[] bytes = bits.ToArray();
        output.Write7BitEncodedInt(bytes.Length);
        output.Write(bytes);
    }

    // Of each edge, when its first triangle is met.
    private static List<bool> Cuts(CornerTable corners, CornerTable cut, int[] order)
    {
        var seen = new bool[corners.TriangleCount];
        var cuts = new List<bool>(3 * order.Length / 2);
        foreach (int corner in order)
        {
            seen[corner / 3] = true;
            foreach (int edge in (ReadOnlySpan<int>)[corner, CornerTable.Next(corner), CornerTable.Previous(corner)])
            {
                if (!seen[corners.Opposite(edge) / 3])
                    cuts.Add(cut.Opposite(edge) < 0);
            }
        }

        return cuts;
    }
}
