using System.Buffers;

namespace Selfie3D.Regressor;

/// <summary>A body on its way out, in memory of the shared pool: half a megabyte a volume would fill the large object heap.</summary>
/// <param name="length">Bytes of the body.</param>
internal sealed class Answer(int length) : IDisposable
{
    private readonly IMemoryOwner<byte> _owner = MemoryPool<byte>.Shared.Rent(length);

    /// <summary>The body.</summary>
    public Memory<byte> Body => _owner.Memory[..length];

    public void Dispose() => _owner.Dispose();
}
