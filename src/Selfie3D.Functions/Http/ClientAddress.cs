using System.Net;
using Microsoft.AspNetCore.Http;

namespace Selfie3D.Functions.Http;

/// <summary>Who calls. The worker only ever sees the Functions host; Azure's front end appends the caller to X-Forwarded-For.</summary>
internal static class ClientAddress
{
    /// <summary>The last address of the header: what stands before it was sent by the caller and may be made up.</summary>
    public static IPAddress? Of(HttpRequest request)
    {
        string last = request.Headers["X-Forwarded-For"].ToString().Split(',')[^1].Trim();
        if (IPEndPoint.TryParse(last, out var endPoint))
            return endPoint.Address;
        return request.HttpContext.Connection.RemoteIpAddress;
    }
}
