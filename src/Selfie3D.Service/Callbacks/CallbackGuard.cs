using System.Net;
using System.Net.Sockets;

namespace Selfie3D.Service.Callbacks;

/// <summary>Decides whom the service may call: public addresses over https, and hosts that the operator trusts.</summary>
/// <remarks>Ranges after the IANA special-purpose address registries (RFC 6890 and its successors).</remarks>
public sealed class CallbackGuard
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(IPNetwork.Parse),
    ];

    // Only 2000::/3 is handed out; in it are tunnels that carry IPv4 addresses, documentation and benchmarks.
    private static readonly IPNetwork Global6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublic6 =
        [.. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse)];

    private readonly CallbackOptions _options;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    /// <summary>Makes a guard.</summary>
    /// <param name="options">Trusted hosts.</param>
    /// <param name="resolve">Name to addresses; null asks the system.</param>
    public CallbackGuard(CallbackOptions options, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
    {
        _options = options;
        _resolve = resolve ?? ((host, cancel) => Dns.GetHostAddressesAsync(host, cancel));
    }

    /// <summary>Whether an address belongs to a machine on the public internet.</summary>
    public static bool IsPublic(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return !NotPublic.Any(network => network.Contains(address));
        return Global6.Contains(address) && !NotPublic6.Any(network => network.Contains(address));
    }

    /// <summary>Checks an address that was asked for.</summary>
    /// <returns>Why it is refused, in words; null when it is not.</returns>
    public async Task<string?> RefuseAsync(Uri url, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (RefuseForm(url) is { } reason)
            return reason;
        if (IsTrusted(url.IdnHost))
            return null;
        try
        {
            await AddressesAsync(url.IdnHost, cancel).ConfigureAwait(false);
            return null;
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    /// <summary>Checks scheme and form alone.</summary>
    public string? RefuseForm(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http"))
            return "The callback needs an absolute https address.";
        if (url.UserInfo.Length > 0)
            return "The callback's address may not hold a name or password.";
        if (url.Scheme == "http" && !IsTrusted(url.IdnHost))
            return "The callback needs https.";
        return null;
    }

    /// <summary>Opens a connection to an address that was checked at this moment; a name that changed its mind since is refused.</summary>
    internal async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        string host = context.DnsEndPoint.Host;
        var addresses = IsTrusted(host) ? await _resolve(host, cancel).ConfigureAwait(false) : await AddressesAsync(host, cancel).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancel).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await _resolve(host, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new HttpRequestException("The callback's host is not known.", e);
        }

        // All of them: one private address among public ones is how names are turned against a network.
        if (addresses.Length == 0 || !addresses.All(IsPublic))
            throw new HttpRequestException("The callback's host is not on the public internet.");
        return addresses;
    }

    private bool IsTrusted(string host) => _options.TrustedHosts.Contains(host, StringComparer.OrdinalIgnoreCase);
}
