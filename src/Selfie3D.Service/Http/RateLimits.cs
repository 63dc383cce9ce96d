using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Selfie3D.Service.Http;

/// <summary>How often one address may call: token buckets that refill every few seconds, one set for starting jobs and one for the rest.</summary>
public sealed class RateLimits : IDisposable
{
    private static readonly TimeSpan Refill = TimeSpan.FromSeconds(6);

    private readonly PartitionedRateLimiter<IPAddress> _posts;
    private readonly PartitionedRateLimiter<IPAddress> _reads;

    /// <summary>Makes the limits.</summary>
    public RateLimits(ServiceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _posts = Limiter(options.PostsPerMinute);
        _reads = Limiter(options.ReadsPerMinute);
    }

    /// <summary>Counts a call that starts a job.</summary>
    /// <returns>How long to wait; null when the call may go on.</returns>
    public TimeSpan? Post(IPAddress? caller) => Take(_posts, caller);

    /// <summary>Counts any other call.</summary>
    /// <returns>How long to wait; null when the call may go on.</returns>
    public TimeSpan? Read(IPAddress? caller) => Take(_reads, caller);

    /// <inheritdoc/>
    public void Dispose()
    {
        _posts.Dispose();
        _reads.Dispose();
    }

    private static TimeSpan? Take(PartitionedRateLimiter<IPAddress> limiter, IPAddress? caller)
    {
        using var lease = limiter.AttemptAcquire(Partition(caller ?? IPAddress.None));
        if (lease.IsAcquired)
            return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : Refill;
    }

    // A household has a whole /64 of IPv6.
    private static IPAddress Partition(IPAddress caller)
    {
        if (caller.IsIPv4MappedToIPv6)
            return caller.MapToIPv4();
        if (caller.AddressFamily != AddressFamily.InterNetworkV6)
            return caller;
        byte[] bytes = caller.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private static PartitionedRateLimiter<IPAddress> Limiter(int perMinute) => PartitionedRateLimiter.Create<IPAddress, IPAddress>(caller => perMinute <= 0
        ? RateLimitPartition.GetNoLimiter(caller)
        : RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = Math.Max(1, perMinute / 10),
            ReplenishmentPeriod = Refill,
            AutoReplenishment = true,
            QueueLimit = 0,
        }));
}
