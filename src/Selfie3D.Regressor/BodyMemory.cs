using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Selfie3D.Regressor;

/// <summary>
/// Memory of the server's pipes in blocks of 64 kB instead of 4: bodies here have 50 to 500 kB, and each block is a call of the
/// system and a hand-over between threads.
/// </summary>
internal sealed class BodyMemory : IMemoryPoolFactory<byte>
{
    private const int BlockSize = 64 * 1024;

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool();

    private sealed class Pool : MemoryPool<byte>
    {
        // The server keeps the same size for the least that it reads at once.
        public override int MaxBufferSize => BlockSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockSize);
            return Shared.Rent(BlockSize);
        }

        protected override void Dispose(bool disposing)
        {
            // The shared pool outlives every server.
        }
    }
}
