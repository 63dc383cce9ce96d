using System.Numerics;

namespace Selfie3D.Service.Regressor;

/// <summary>
/// The networks' floats to and from the small integers of <see cref="RegressorWire"/>, as many at a time as the processor takes.
/// What lies beyond an integer's range is cut off at its end.
/// </summary>
internal static class WireNumbers
{
    private static int Floats => Vector<float>.Count;

    /// <summary>0..1 to 0..255, to the nearest.</summary>
    public static void ToBytes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        int done = 0;
        for (; done <= values.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            var low = Vector.Narrow(Level(values[done..]), Level(values[(done + Floats)..]));
            var high = Vector.Narrow(Level(values[(done + 2 * Floats)..]), Level(values[(done + 3 * Floats)..]));
            Vector.Narrow(low, high).CopyTo(bytes[done..]);
        }

        for (; done < values.Length; done++)
            bytes[done] = (byte)(Math.Clamp(values[done], 0, 1) * 255 + 0.5f);

        static Vector<uint> Level(ReadOnlySpan<float> values) =>
            Vector.AsVectorUInt32(Vector.ConvertToInt32Native(Vector.Clamp(new Vector<float>(values), Vector<float>.Zero, Vector<float>.One) * 255 + new Vector<float>(0.5f)));
    }

    /// <summary>0..255 to 0..1.</summary>
    public static void FromBytes(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        const float Scale = 1f / 255;
        int done = 0;
        for (; done <= bytes.Length - Vector<byte>.Count; done += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[done..]), out var low, out var high);
            Vector.Widen(low, out var first, out var second);
            Vector.Widen(high, out var third, out var fourth);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(first)) * Scale).CopyTo(values[done..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(second)) * Scale).CopyTo(values[(done + Floats)..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(third)) * Scale).CopyTo(values[(done + 2 * Floats)..]);
            (Vector.ConvertToSingle(Vector.AsVectorInt32(fourth)) * Scale).CopyTo(values[(done + 3 * Floats)..]);
        }

        for (; done < bytes.Length; done++)
            values[done] = bytes[done] * Scale;
    }

    /// <summary>Values to signed steps of 8 bits, to the nearest; -128 is not used.</summary>
    public static void ToSteps(ReadOnlySpan<float> values, Span<sbyte> steps, float perUnit)
    {
        int done = 0;
        for (; done <= values.Length - Vector<sbyte>.Count; done += Vector<sbyte>.Count)
        {
            var low = Vector.Narrow(Step(values[done..], perUnit, sbyte.MaxValue), Step(values[(done + Floats)..], perUnit, sbyte.MaxValue));
            var high = Vector.Narrow(Step(values[(done + 2 * Floats)..], perUnit, sbyte.MaxValue), Step(values[(done + 3 * Floats)..], perUnit, sbyte.MaxValue));
            Vector.Narrow(low, high).CopyTo(steps[done..]);
        }

        for (; done < values.Length; done++)
            steps[done] = (sbyte)MathF.Round(Math.Clamp(values[done] * perUnit, -sbyte.MaxValue, sbyte.MaxValue));
    }

    /// <summary>Values to signed steps of 16 bits, to the nearest; -32,768 is not used.</summary>
    public static void ToSteps(ReadOnlySpan<float> values, Span<short> steps, float perUnit)
    {
        int done = 0;
        for (; done <= values.Length - Vector<short>.Count; done += Vector<short>.Count)
            Vector.Narrow(Step(values[done..], perUnit, short.MaxValue), Step(values[(done + Floats)..], perUnit, short.MaxValue)).CopyTo(steps[done..]);
        for (; done < values.Length; done++)
            steps[done] = (short)MathF.Round(Math.Clamp(values[done] * perUnit, -short.MaxValue, short.MaxValue));
    }

    /// <summary>Signed steps of 8 bits to values.</summary>
    public static void FromSteps(ReadOnlySpan<sbyte> steps, Span<float> values, float unit)
    {
        int done = 0;
        for (; done <= steps.Length - Vector<sbyte>.Count; done += Vector<sbyte>.Count)
        {
            Vector.Widen(new Vector<sbyte>(steps[done..]), out var low, out var high);
            FromSteps(low, values[done..], unit);
            FromSteps(high, values[(done + 2 * Floats)..], unit);
        }

        for (; done < steps.Length; done++)
            values[done] = steps[done] * unit;
    }

    /// <summary>Signed steps of 16 bits to values.</summary>
    public static void FromSteps(ReadOnlySpan<short> steps, Span<float> values, float unit)
    {
        int done = 0;
        for (; done <= steps.Length - Vector<short>.Count; done += Vector<short>.Count)
            FromSteps(new Vector<short>(steps[done..]), values[done..], unit);
        for (; done < steps.Length; done++)
            values[done] = steps[done] * unit;
    }

    private static Vector<int> Step(ReadOnlySpan<float> values, float perUnit, float most) =>
        Vector.ConvertToInt32Native(Vector.Round(Vector.Clamp(new Vector<float>(values) * perUnit, new Vector<float>(-most), new Vector<float>(most))));

    private static void FromSteps(Vector<short> steps, Span<float> values, float unit)
    {
        Vector.Widen(steps, out var low, out var high);
        (Vector.ConvertToSingle(low) * unit).CopyTo(values);
        (Vector.ConvertToSingle(high) * unit).CopyTo(values[Floats..]);
    }
}
