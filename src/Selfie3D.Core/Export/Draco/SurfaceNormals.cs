namespace Selfie3D.Export.Draco;

/// <summary>Packs normals by how they differ from what the whole-number positions around each vertex say.</summary>
/// <remarks>Source: Google, Draco bitstream 2.2, section on the normal prediction.</remarks>
internal static class SurfaceNormals
{
    private const sbyte Method = 6, OctahedronTransform = 3;
    private const long MostLength = 1 << 29;

    /// <summary>Writes the normals.</summary>
    /// <param name="normals">[place] where on the octahedron.</param>
    /// <param name="octahedron">Its size.</param>
    /// <param name="positions">[place, 3] whole numbers, in the same order.</param>
    /// <param name="corners">The closed surface.</param>
    /// <param name="order">The places.</param>
    /// <param name="output">Takes the bytes.</param>
    public static void Write((int S, int T)[] normals, Octahedron octahedron, int[] positions, CornerTable corners, ValueOrder order, BinaryWriter output)
    {
        var symbols = new int[2 * normals.Length];
        var turned = new List<bool>(normals.Length);
        for (int place = 0; place < normals.Length; place++)
        {
            var (x, y, z) = Guess(order.Corners[place], positions, corners, order);
            var same = octahedron.Step(octahedron.PlaceOf(x, y, z), normals[place]);
            var other = octahedron.Step(octahedron.PlaceOf(-x, -y, -z), normals[place]);
            bool turn = octahedron.Length(other) <= octahedron.Length(same);
            (symbols[2 * place], symbols[2 * place + 1]) = turn ? other : same;
            turned.Add(turn);
        }

        output.Write(Method);
        output.Write(OctahedronTransform);
        output.Write((byte)1); // entropy-coded
        RansEncoder.WriteSymbols(symbols, output);
        output.Write(octahedron.Range);
        output.Write(octahedron.Center);
        RansEncoder.WriteBits(turned, output);
    }

    // The sum over the triangles of the vertex, each as long as it is large, in numbers that decoders can hold.
    private static (long X, long Y, long Z) Guess(int corner, int[] positions, CornerTable corners, ValueOrder order)
    {
        long x = 0, y = 0, z = 0;
        int own = Base(corner), at = corner;
        do
        {
            int next = Base(CornerTable.Next(at)), previous = Base(CornerTable.Previous(at));
            long ax = positions[next] - positions[own], ay = positions[next + 1] - positions[own + 1], az = positions[next + 2] - positions[own + 2];
            long bx = positions[previous] - positions[own], by = positions[previous + 1] - positions[own + 1], bz = positions[previous + 2] - positions[own + 2];
            (x, y, z) = (x + ay * bz - az * by, y + az * bx - ax * bz, z + ax * by - ay * bx);
            at = corners.SwingRight(at);
        }
        while (at != corner);
        long length = Math.Abs(x) + Math.Abs(y) + Math.Abs(z), divisor = length > MostLength ? length / MostLength : 1;
        return (x / divisor, y / divisor, z / divisor);

        int Base(int c) => 3 * order.Place[corners.Vertex[c]];
    }
}
