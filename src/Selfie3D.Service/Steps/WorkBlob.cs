using System.Runtime.InteropServices;
using System.Text.Json;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Service.Steps;

/// <summary>Writes the binary blobs between the steps: a mark, a version, JSON for the small things, arrays as they lie in memory.</summary>
internal sealed class WorkBlobWriter : IDisposable
{
    private readonly MemoryStream _stream = new();
    private readonly BinaryWriter _writer;

    public WorkBlobWriter(uint mark, int version)
    {
        _writer = new BinaryWriter(_stream);
        _writer.Write(mark);
        _writer.Write(version);
    }

    /// <summary>Where streams write to.</summary>
    public Stream Stream => _stream;

    public void Json<T>(T value)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, ServiceJson.Options);
        _writer.Write(json.Length);
        _writer.Write(json);
    }

    public void Array<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        _writer.Write(values.Length);
        _writer.Write(MemoryMarshal.AsBytes(values));
    }

    public BinaryData ToBlob() => BinaryData.FromBytes(_stream.GetBuffer().AsMemory(0, (int)_stream.Length));

    public void Dispose() => _writer.Dispose();
}

/// <summary>Reads what <see cref="WorkBlobWriter"/> wrote.</summary>
internal sealed class WorkBlobReader : IDisposable
{
    private readonly BinaryReader _reader;

    /// <exception cref="InvalidDataException">Another mark or version.</exception>
    public WorkBlobReader(byte[] blob, uint mark, int version)
    {
        _reader = new BinaryReader(new MemoryStream(blob, writable: false));
        if (blob.Length < 8 || _reader.ReadUInt32() != mark || _reader.ReadInt32() != version)
            throw new InvalidDataException("A blob between two steps was written by another version. Delete the job and start it again.");
    }

    public Stream Stream => _reader.BaseStream;

    public T Json<T>() =>
        JsonSerializer.Deserialize<T>(_reader.ReadBytes(_reader.ReadInt32()), ServiceJson.Options) ?? throw new InvalidDataException("JSON null.");

    public T[] Array<T>()
        where T : unmanaged
    {
        var values = new T[_reader.ReadInt32()];
        _reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    public void Dispose() => _reader.Dispose();
}
