using System.Net;
using Selfie3D.Service.Http;

namespace Selfie3D.Service.Tests.Http;

public sealed class RateLimitsTests
{
    [Fact]
    public void Post_MoreThanAllowed_WaitsOneAddressOnly()
    {
        using var limits = new RateLimits(new ServiceOptions { PostsPerMinute = 3 });
        var caller = IPAddress.Parse("203.0.113.7");

        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(limits.Post(caller)));
        Assert.InRange(limits.Post(caller)!.Value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        Assert.Null(limits.Post(IPAddress.Parse("203.0.113.8")));
        Assert.Null(limits.Read(caller));
    }

    [Fact]
    public void Post_OneHouseholdOfIPv6_IsOneCaller()
    {
        using var limits = new RateLimits(new ServiceOptions { PostsPerMinute = 1 });
        Assert.Null(limits.Post(IPAddress.Parse("2606:4700::1")));
        Assert.NotNull(limits.Post(IPAddress.Parse("2606:4700::2")));
        Assert.Null(limits.Post(IPAddress.Parse("2606:4700:0:1::1")));
    }

    [Fact]
    public void Post_NoLimit_NeverWaits()
    {
        using var limits = new RateLimits(new ServiceOptions { PostsPerMinute = 0 });
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(limits.Post(IPAddress.Loopback)));
    }
}
