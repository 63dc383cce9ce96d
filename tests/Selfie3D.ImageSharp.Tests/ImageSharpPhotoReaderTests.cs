using Selfie3D.Imaging;
using Selfie3D.Tests.Imaging;

namespace Selfie3D.ImageSharp.Tests;

public sealed class ImageSharpPhotoReaderTests : PhotoDecoderContract
{
    protected override Photo Decode(ReadOnlyMemory<byte> bytes, PhotoDecoderOptions? options = null) =>
        new ImageSharpPhotoReader(options ?? new PhotoDecoderOptions(), new PhotoDecoder(options)).Read(bytes);
}
