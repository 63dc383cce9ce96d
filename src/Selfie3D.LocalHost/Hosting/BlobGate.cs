using System.Net;
using Azure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Selfie3D.LocalHost.Storage;
using Selfie3D.Service;
using Selfie3D.Service.Http;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;
using Selfie3D.Service.Uploads;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>
/// The door to the host's own emulator: lets through what signed links are for (one PUT of a photo, GET of a result) and nothing
/// else, and cuts photos off at their limit, which a signature cannot. So the emulator itself listens on loopback only, and a
/// phone in the same network can still use the page.
/// </summary>
internal sealed class BlobGate : IDisposable
{
    private static readonly string[] RequestHeaders =
        [HeaderNames.Range, HeaderNames.IfMatch, HeaderNames.IfNoneMatch, HeaderNames.IfModifiedSince, "x-ms-blob-type", "x-ms-version", "x-ms-date", "x-ms-client-request-id"];

    private static readonly string[] ResponseHeaders =
        [HeaderNames.ETag, HeaderNames.LastModified, HeaderNames.AcceptRanges, HeaderNames.Date, "x-ms-request-id", "x-ms-error-code", "x-ms-version"];

    private readonly Uri _emulator;
    private readonly BlobLayout _layout;
    private readonly JobStarter _starter;
    private readonly ServiceOptions _options;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(10) };

    public BlobGate(Uri emulator, BlobLayout layout, JobStarter starter, ServiceOptions options)
    {
        (_emulator, _layout, _starter, _options) = (emulator, layout, starter, options);
    }

    /// <summary>Maps the path of the emulated account.</summary>
    public static void Map(IEndpointRouteBuilder app, Uri emulator)
    {
        var gate = ActivatorUtilities.CreateInstance<BlobGate>(app.ServiceProvider, emulator);
        app.Map($"/{AzuriteProcess.Account}/{{container}}/{{**blob}}", (HttpContext http, string container, string? blob) => gate.PassAsync(http, container, blob));
    }

    public void Dispose() => _http.Dispose();

    private async Task<IResult> PassAsync(HttpContext http, string container, string? blob)
    {
        var request = http.Request;
        bool put = HttpMethods.IsPut(request.Method) && container == _layout.Uploads && JobId.IsValid(blob);
        bool get = (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && container == _layout.Results && blob is not null && BlobLayout.JobOf(blob) is not null;
        // "comp" names all other operations: lists, blocks, leases, properties.
        if (!(put || get) || !request.Query.ContainsKey("sig") || request.Query.ContainsKey("comp") || request.Query.ContainsKey("restype"))
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        if (put)
        {
            if (request.ContentLength is not { } length)
                return Results.StatusCode(StatusCodes.Status411LengthRequired);
            if (length > _options.MaxUploadBytes)
                return Problems.Of(ErrorCodes.ImageTooLarge, UploadCheck.TooLarge(_options.MaxUploadBytes).Message);
            if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                limit.MaxRequestBodySize = _options.MaxUploadBytes;
        }

        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_emulator, request.Path + request.QueryString));
        foreach (string name in RequestHeaders)
        {
            if (request.Headers.TryGetValue(name, out var values))
                message.Headers.TryAddWithoutValidation(name, values.ToArray());
        }

        if (put)
        {
            message.Content = new StreamContent(request.Body);
            message.Content.Headers.ContentLength = request.ContentLength;
        }

        try
        {
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted).ConfigureAwait(false);
            if (put && answer.StatusCode == HttpStatusCode.Created)
                await StartAsync(blob!).ConfigureAwait(false);
            await CopyAsync(answer, http.Response, http.RequestAborted).ConfigureAwait(false);
            return Results.Empty;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !http.Response.HasStarted)
        {
            if (http.RequestAborted.IsCancellationRequested)
                return Results.Empty;
            return e.InnerException is BadHttpRequestException or IOException || e is BadHttpRequestException
                ? Problems.Of(ServiceCodes.BadRequest, "The photo did not arrive whole, or too slowly. Try again.")
                : Problems.Of(ServiceCodes.StorageUnavailable, "The storage does not answer. Try again in some seconds.", TimeSpan.FromSeconds(5));
        }
    }

    // The event of this host. If it fails, the photo is found by the look for uploads.
    private async Task StartAsync(string id)
    {
        try
        {
            await _starter.StartIfUploadedAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
        }
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken cancel)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (string name in ResponseHeaders)
        {
            if (answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values))
                response.Headers[name] = values.ToArray();
        }

        response.ContentType = answer.Content.Headers.ContentType?.ToString();
        response.ContentLength = answer.Content.Headers.ContentLength;
        if (answer.Content.Headers.ContentDisposition is { } disposition)
            response.Headers.ContentDisposition = disposition.ToString();
        if (answer.Content.Headers.ContentRange is { } range)
            response.Headers.ContentRange = range.ToString();
        response.Headers.XContentTypeOptions = "nosniff";
        await answer.Content.CopyToAsync(response.Body, cancel).ConfigureAwait(false);
    }
}
