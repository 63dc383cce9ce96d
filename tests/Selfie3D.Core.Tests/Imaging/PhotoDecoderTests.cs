using Selfie3D.Imaging;

namespace Selfie3D.Tests.Imaging;

public sealed class PhotoDecoderTests : PhotoDecoderContract
{
    [Fact]
    public void DecodeFile_MissingFile_SaysSo()
    {
        var error = Assert.Throws<SelfieException>(() => new PhotoDecoder().DecodeFile("/nowhere/photo.jpg"));

        Assert.Equal(ErrorCodes.UnreadableImage, error.Code);
    }

    protected override Photo Decode(ReadOnlyMemory<byte> bytes, PhotoDecoderOptions? options = null) => new PhotoDecoder(options).Decode(bytes);
}
