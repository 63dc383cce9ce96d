using System.Globalization;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Selfie3D.Service.Callbacks;
using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Http;

/// <summary>The HTTP calls, one method each; hosts only route to them.</summary>
public sealed partial class SelfieApi : IDisposable
{
    private static readonly TimeSpan PollAgain = TimeSpan.FromSeconds(1), BusyWait = TimeSpan.FromSeconds(10);

    private readonly JobStore _store;
    private readonly JobFiles _files;
    private readonly JobStarter _starter;
    private readonly IJobDispatcher _queue;
    private readonly LinkIssuer _links;
    private readonly StatusWriter _status;
    private readonly Sweep _sweep;
    private readonly CallbackGuard _guard;
    private readonly BlobBase _blobBase;
    private readonly ServiceOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<SelfieApi> _log;
    private readonly RateLimits _limits;
    private readonly SemaphoreSlim _bodies;

    /// <summary>Makes the API.</summary>
    public SelfieApi(
        JobStore store, JobFiles files, JobStarter starter, IJobDispatcher queue, LinkIssuer links, StatusWriter status, Sweep sweep,
        CallbackGuard guard, BlobBase blobBase, ServiceOptions options, TimeProvider clock, ILogger<SelfieApi> log)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_store, _files, _starter, _queue, _links, _status) = (store, files, starter, queue, links, status);
        (_sweep, _guard, _blobBase, _options, _clock, _log) = (sweep, guard, blobBase, options, clock, log);
        _limits = new RateLimits(options);
        _bodies = new SemaphoreSlim(options.MaxConcurrentBodies);
    }

    /// <summary><c>POST /uploads</c>: a link for one photo.</summary>
    public Task<IResult> PostUploadAsync(HttpContext http) => GuardAsync(http, async cancel =>
    {
        if (await RefusePostAsync(http, cancel).ConfigureAwait(false) is { } refusal)
            return refusal;
        var (job, problem) = await NewJobAsync(http.Request, cancel).ConfigureAwait(false);
        if (job is null)
            return problem!;
        var end = _clock.GetUtcNow() + _options.UploadLinkLifetime;
        await _store.CreateAsync(job with { UploadExpiresAt = end }, cancel).ConfigureAwait(false);
        var link = await _links.UploadAsync(job.Id, end, _blobBase(http.Request), cancel).ConfigureAwait(false);
        var answer = new UploadAnswer(job.Id, link, end, _options.MaxUploadBytes, StatusUrl(http.Request, job.Id), job.Callback?.Secret);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = answer.StatusUrl.ToString();
        return Results.Json(answer, ServiceJson.Options, statusCode: StatusCodes.Status201Created);
    });

    /// <summary><c>POST /selfies</c>: the photo is the body.</summary>
    public Task<IResult> PostSelfieAsync(HttpContext http) => GuardAsync(http, async cancel =>
    {
        if (await RefusePostAsync(http, cancel).ConfigureAwait(false) is { } refusal)
            return refusal;
        if (!await _bodies.WaitAsync(PollAgain, cancel).ConfigureAwait(false))
            return Problems.Of(ServiceCodes.Busy, "Too many photos are being received at this moment. Try again in some seconds.", BusyWait);
        JobRecord? job;
        try
        {
            var photo = await BodyReader.ReadAsync(http.Request, _options.MaxUploadBytes, cancel).ConfigureAwait(false);
            (job, var problem) = await NewJobAsync(http.Request, cancel).ConfigureAwait(false);
            if (job is null)
                return problem!;
            var stored = await _store.CreateAsync(job, cancel).ConfigureAwait(false);
            await _files.WriteUploadAsync(job.Id, BinaryData.FromBytes(photo), cancel).ConfigureAwait(false);
            await _starter.StartAsync(stored, cancel).ConfigureAwait(false);
        }
        finally
        {
            _bodies.Release();
        }

        var answer = new SelfieAnswer(job.Id, StatusUrl(http.Request, job.Id), job.Callback?.Secret);
        http.Response.Headers.Location = answer.StatusUrl.ToString();
        SetRetryAfter(http.Response);
        return Results.Json(answer, ServiceJson.Options, statusCode: StatusCodes.Status202Accepted);
    });

    /// <summary><c>GET /selfies/{id}</c>: state and links.</summary>
    public Task<IResult> GetSelfieAsync(HttpContext http, string id) => GuardAsync(http, async cancel =>
    {
        if (_limits.Read(http.Connection.RemoteIpAddress) is { } wait)
            return TooMany(wait);
        if (!JobId.IsValid(id) || await _starter.StartIfUploadedAsync(id, cancel).ConfigureAwait(false) is not { Job: var job } || job.ExpiresAt <= _clock.GetUtcNow())
            return Problems.NotFound();
        if (!job.State.IsEnded())
            SetRetryAfter(http.Response);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(await _status.WriteAsync(job, http.Request, cancel).ConfigureAwait(false), ServiceJson.Options);
    });

    /// <summary><c>DELETE /selfies/{id}</c>: everything of a job goes at once.</summary>
    public Task<IResult> DeleteSelfieAsync(HttpContext http, string id) => GuardAsync(http, async cancel =>
    {
        if (_limits.Read(http.Connection.RemoteIpAddress) is { } wait)
            return TooMany(wait);
        if (!JobId.IsValid(id) || await _store.FindAsync(id, cancel).ConfigureAwait(false) is null)
            return Problems.NotFound();
        // Not cut short when the caller leaves.
        await _sweep.DeleteAsync(id, CancellationToken.None).ConfigureAwait(false);
        return Results.NoContent();
    });

    /// <summary><c>GET /health</c>: the process answers.</summary>
    public static IResult GetHealth() => Results.Json(new { status = "ok" });

    /// <inheritdoc/>
    public void Dispose()
    {
        _limits.Dispose();
        _bodies.Dispose();
    }

    private static IResult TooMany(TimeSpan wait) =>
        Problems.Of(ServiceCodes.TooManyRequests, "Too many requests came from your address. Wait as long as Retry-After says.", wait);

    private static void SetRetryAfter(HttpResponse response) =>
        response.Headers.RetryAfter = PollAgain.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private static Uri StatusUrl(HttpRequest request, string id) =>
        new($"{request.Scheme}://{request.Host}{request.PathBase}{SelfieRoutes.Base}/selfies/{id}");

    private async Task<IResult?> RefusePostAsync(HttpContext http, CancellationToken cancel)
    {
        if (_limits.Post(http.Connection.RemoteIpAddress) is { } wait)
            return TooMany(wait);
        return await _queue.GetLengthAsync(cancel).ConfigureAwait(false) >= _options.MaxQueueLength
            ? Problems.Of(ServiceCodes.Busy, "More photos are waiting than can be worked on soon. Try again later.", BusyWait)
            : null;
    }

    private async Task<(JobRecord? Job, IResult? Problem)> NewJobAsync(HttpRequest request, CancellationToken cancel)
    {
        // Wide enough for figures and masks, as on the command line.
        const float LeastPupils = 20, MostPupils = 200;
        const int LongestUrl = 2000;
        float? pupils = null;
        if (request.Query["pupilDistanceMm"].ToString() is { Length: > 0 } text)
        {
            if (!float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) || !(value is >= LeastPupils and <= MostPupils))
            {
                return (null, Problems.Of(ServiceCodes.BadRequest, FormattableString.Invariant(
                    $"pupilDistanceMm is no distance between pupils. Give millimetres from {LeastPupils} to {MostPupils}; adults have about 63.")));
            }

            pupils = value;
        }

        IReadOnlyList<string>? formats = null;
        if (request.Query["formats"].ToString() is { Length: > 0 } names && !ResultFormats.TryRead(names, out formats))
            return (null, Problems.Of(ServiceCodes.BadRequest, $"formats names a file that there is not. Give some of {string.Join(',', ResultFormats.All.Select(format => format.Name))}."));

        JobCallback? callback = null;
        if (request.Query["callbackUrl"].ToString() is { Length: > 0 } address)
        {
            if (address.Length > LongestUrl || !Uri.TryCreate(address, UriKind.Absolute, out var url))
                return (null, Problems.Of(ServiceCodes.CallbackRefused, "The callback needs an absolute https address."));
            if (await _guard.RefuseAsync(url, cancel).ConfigureAwait(false) is { } reason)
                return (null, Problems.Of(ServiceCodes.CallbackRefused, reason));
            callback = new JobCallback(url, CallbackSignature.NewSecret());
        }

        var now = _clock.GetUtcNow();
        return (new JobRecord
        {
            Id = JobId.New(),
            CreatedAt = now,
            UpdatedAt = now,
            ExpiresAt = now + _options.Retention,
            PupilDistanceMm = pupils,
            Formats = formats,
            Callback = callback,
        }, null);
    }

    // Every call ends in an answer of this API.
    private async Task<IResult> GuardAsync(HttpContext http, Func<CancellationToken, Task<IResult>> call)
    {
        try
        {
            return await call(http.RequestAborted).ConfigureAwait(false);
        }
        catch (SelfieException e)
        {
            return Problems.Of(e.Code, e.Message);
        }
        catch (BadHttpRequestException e)
        {
            return e.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? Problems.Of(ErrorCodes.ImageTooLarge, "The file has more bytes than are allowed. Make it smaller and try again.")
                : Problems.Of(ServiceCodes.BadRequest, "The request's body did not arrive whole, or too slowly. Try again.");
        }
        catch (Exception e) when (http.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
        {
            return Results.Empty; // nobody listens any more
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or IOException or HttpRequestException or OperationCanceledException)
        {
            LogStorage(e);
            return Problems.Of(ServiceCodes.StorageUnavailable, "The storage does not answer. Try again in some seconds.", BusyWait);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The storage failed while a call was answered.")]
    private partial void LogStorage(Exception exception);
}
