using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Selfie3D.Service.Http;
using Selfie3D.Service.Jobs;

namespace Selfie3D.Service.Callbacks;

/// <summary>Tells a receiver about the end of a job: its status by POST, signed. At least once, so receivers must bear repetition.</summary>
public sealed class CallbackSender : IDisposable
{
    private const int MaxRedirects = 3;

    private readonly JobStore _store;
    private readonly StatusWriter _status;
    private readonly CallbackGuard _guard;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;

    /// <summary>Makes a sender.</summary>
    public CallbackSender(JobStore store, StatusWriter status, CallbackGuard guard, ServiceOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(options);
        (_store, _status, _guard, _clock) = (store, status, guard, clock);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // every hop is checked here
            UseProxy = false, // a proxy would make the connection in our place
            UseCookies = false,
            ConnectCallback = guard.ConnectAsync,
            ConnectTimeout = options.Callbacks.Timeout,
            PooledConnectionLifetime = TimeSpan.Zero, // a kept connection would outlive the check of its address
            MaxResponseHeadersLength = 16,
        };
        _http = new HttpClient(handler) { Timeout = options.Callbacks.Timeout };
    }

    /// <summary>Makes the callback of a job, if one is still owed.</summary>
    /// <returns>Whether nothing is owed any more; otherwise try again.</returns>
    public async Task<bool> TryAsync(string id, CancellationToken cancel)
    {
        if (await _store.FindAsync(id, cancel).ConfigureAwait(false) is not { Job: { Callback: { } callback } job } stored || !job.State.IsEnded())
            return true;
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(await _status.WriteAsync(job, request: null, cancel).ConfigureAwait(false), ServiceJson.Options);
        if (!await SendAsync(callback, body, cancel).ConfigureAwait(false))
            return false;
        await SettleAsync(stored, cancel).ConfigureAwait(false);
        return true;
    }

    /// <summary>Gives a callback up.</summary>
    public async Task GiveUpAsync(string id, CancellationToken cancel)
    {
        if (await _store.FindAsync(id, cancel).ConfigureAwait(false) is { } stored)
            await SettleAsync(stored, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private Task<StoredJob?> SettleAsync(StoredJob stored, CancellationToken cancel) =>
        _store.UpdateAsync(stored, job => job.Callback is null ? null : job with { Callback = null }, cancel);

    private async Task<bool> SendAsync(JobCallback callback, byte[] body, CancellationToken cancel)
    {
        var url = callback.Url;
        try
        {
            for (int hop = 0; hop <= MaxRedirects; hop++)
            {
                if (_guard.RefuseForm(url) is not null)
                    return false;
                using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.TryAddWithoutValidation(CallbackSignature.Header, CallbackSignature.Sign(callback.Secret, _clock.GetUtcNow(), body));
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
                if (answer.StatusCode is not (HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect) || answer.Headers.Location is not { } next)
                    return answer.IsSuccessStatusCode;
                url = new Uri(url, next);
            }
        }
        catch (HttpRequestException)
        {
            // Not reachable, or refused at connect time.
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Too slow.
        }

        return false;
    }
}
