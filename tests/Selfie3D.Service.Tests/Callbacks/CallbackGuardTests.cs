using System.Net;
using Selfie3D.Service.Callbacks;

namespace Selfie3D.Service.Tests.Callbacks;

public sealed class CallbackGuardTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.20.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("198.18.0.1")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("2001:db8::1")]
    public void IsPublic_SpecialAddress_IsNot(string address) => Assert.False(CallbackGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:4700:4700::1111")]
    public void IsPublic_OrdinaryAddress_Is(string address) => Assert.True(CallbackGuard.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://example.com/")]
    [InlineData("https://user:word@example.com/")]
    [InlineData("ftp://example.com/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://2130706433/")] // 127.0.0.1 as one number
    [InlineData("https://0x7f.1/")]
    [InlineData("https://private.example/")]
    [InlineData("https://mixed.example/")]
    [InlineData("https://unknown.example/")]
    public async Task RefuseAsync_NotPublicOrNotHttps_IsRefused(string url) =>
        Assert.NotNull(await Guard().RefuseAsync(new Uri(url), TestContext.Current.CancellationToken));

    [Fact]
    public async Task RefuseAsync_PublicHttps_IsNot() =>
        Assert.Null(await Guard().RefuseAsync(new Uri("https://public.example/hook"), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Connect_NameThatTurnedPrivate_IsRefused()
    {
        // First answer public, the next one loopback: DNS rebinding.
        int asked = 0;
        var guard = new CallbackGuard(new CallbackOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(asked++ == 0 ? "8.8.8.8" : "127.0.0.1")]));
        var url = new Uri("https://rebinding.example/");
        Assert.Null(await guard.RefuseAsync(url, TestContext.Current.CancellationToken));

        using var http = new HttpClient(new SocketsHttpHandler { ConnectCallback = guard.ConnectAsync, UseProxy = false });
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(url, TestContext.Current.CancellationToken));

        Assert.Contains("not on the public internet", refused.ToString());
        Assert.Equal(2, asked);
    }

    [Fact]
    public void Sign_KnownInput_IsHmacOfTimeAndBody()
    {
        string signature = CallbackSignature.Sign("key", DateTimeOffset.FromUnixTimeSeconds(1700000000), "{}"u8);
        byte[] expected = System.Security.Cryptography.HMACSHA256.HashData("key"u8, "1700000000.{}"u8);
        Assert.Equal("t=1700000000,v1=" + Convert.ToHexStringLower(expected), signature);
    }

    private static CallbackGuard Guard() => new(new CallbackOptions(), (host, _) => host switch
    {
        "public.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8")]),
        "private.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]),
        "mixed.example" => Task.FromResult<IPAddress[]>([IPAddress.Parse("8.8.8.8"), IPAddress.Parse("10.0.0.1")]),
        _ => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound),
    });
}
