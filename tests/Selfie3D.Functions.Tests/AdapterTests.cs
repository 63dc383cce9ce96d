using System.Net;
using Microsoft.AspNetCore.Http;
using Selfie3D.Functions.Http;
using Selfie3D.Functions.Triggers;

namespace Selfie3D.Functions.Tests;

public sealed class AdapterTests
{
    [Theory]
    [InlineData("203.0.113.7:50123", "203.0.113.7")]
    [InlineData("10.9.8.7, 203.0.113.7:50123", "203.0.113.7")] // what stands before the last is the caller's own claim
    [InlineData("[2001:db8::1]:443", "2001:db8::1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("nonsense", "127.0.0.1")]
    [InlineData("", "127.0.0.1")]
    public void ClientAddress_Header_GivesTheLastEntry(string header, string expected)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Headers["X-Forwarded-For"] = header;

        Assert.Equal(IPAddress.Parse(expected), ClientAddress.Of(http.Request));
    }

    [Theory]
    [InlineData("""{"Type":"BlobTrigger","FunctionId":"f","BlobType":"BlockBlob","ContainerName":"uploads","BlobName":"abc","ETag":"\"1\""}""", "abc")]
    [InlineData("""{"BlobName":7}""", null)]
    [InlineData("[]", null)]
    [InlineData("no json", null)]
    public void PoisonEvents_Message_GivesTheBlobsName(string message, string? expected) => Assert.Equal(expected, PoisonEvents.BlobName(message));
}
