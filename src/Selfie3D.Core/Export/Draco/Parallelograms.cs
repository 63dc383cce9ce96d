namespace Selfie3D.Export.Draco;

/// <summary>
/// Packs whole numbers at vertices by their distance from the fourth corner of a parallelogram on the triangle across the edge, or,
/// where that one is not known yet, from the value before.
/// </summary>
/// <remarks>
/// Sources: Touma and Gotsman, "Triangle mesh compression", 1998; Google, Draco bitstream 2.2, sections on the parallelogram
/// prediction and the wrap transform.
/// </remarks>
internal static class Parallelograms
{
    private const sbyte Method = 1, WrapTransform = 1;

    /// <summary>Writes the values.</summary>
    /// <param name="values">[place, component], in the order of the vertices' places.</param>
    /// <param name="components">Numbers at one vertex.</param>
    /// <param name="corners">The surface.</param>
    /// <param name="order">The places.</param>
    /// <param name="output">Takes the bytes.</param>
    public static void Write(int[] values, int components, CornerTable corners, ValueOrder order, BinaryWriter output)
    {
        int low = values.Min(), high = values.Max(), range = high - low + 1;
        int most = (range - 1) / 2, least = -(range / 2);
        var symbols = new int[values.Length];
        for (int place = 0; place < order.Corners.Count; place++)
        {
            var (plus, also, minus) = Sources(place, corners, order);
            for (int k = 0; k < components; k++)
            {
                int guess = plus < 0 ? 0 : values[plus * components + k];
                if (also >= 0)
                    guess += values[also * components + k] - values[minus * components + k];
                int step = values[place * components + k] - Math.Clamp(guess, low, high);
                // Around the ends of the range: one of the two ways is short.
                step += step < least ? range : step > most ? -range : 0;
                symbols[place * components + k] = step << 1 ^ step >> 31;
            }
        }

        output.Write(Method);
        output.Write(WrapTransform);
        output.Write((byte)1); // entropy-coded
        RansEncoder.WriteSymbols(symbols, output);
        output.Write(low);
        output.Write(high);
    }

    // The places whose values are added, added and taken away; -1 for none.
    private static (int Plus, int Also, int Minus) Sources(int place, CornerTable corners, ValueOrder order)
    {
        if (corners.Opposite(order.Corners[place]) is var across and >= 0)
        {
            int next = PlaceOf(CornerTable.Next(across)), previous = PlaceOf(CornerTable.Previous(across)), far = PlaceOf(across);
            if (next < place && previous < place && far < place)
                return (next, previous, far);
        }

        return (place - 1, -1, -1);

        int PlaceOf(int corner) => order.Place[corners.Vertex[corner]];
    }
}
