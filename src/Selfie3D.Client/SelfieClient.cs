using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Selfie3D.Client;

/// <summary>
/// Calls the Selfie3D service: <c>UploadAsync</c> a photo, <c>WaitAsync</c> for its head, <c>DownloadAsync</c> the files. Safe to
/// share between threads.
/// </summary>
public sealed class SelfieClient : IDisposable
{
    private static readonly TimeSpan FirstPoll = TimeSpan.FromMilliseconds(200), LongestPoll = TimeSpan.FromSeconds(2), Patience = TimeSpan.FromMinutes(5);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly Uri _api;

    /// <summary>Makes a client.</summary>
    /// <param name="service">Address of the service, with or without <c>/api</c>.</param>
    /// <param name="http">Is used and not disposed of; null makes one.</param>
    public SelfieClient(Uri service, HttpClient? http = null)
    {
        ArgumentNullException.ThrowIfNull(service);
        string text = service.GetLeftPart(UriPartial.Path).TrimEnd('/');
        _api = new Uri((text.EndsWith("/api", StringComparison.Ordinal) ? text : text + "/api") + "/");
        _http = http ?? new HttpClient();
        _ownsHttp = http is null;
    }

    /// <summary>Uploads a photo straight to the service's storage; the job starts by itself.</summary>
    /// <param name="photo">JPEG, PNG, WebP or HEIC; its length must be known.</param>
    /// <param name="options">What is asked; null for the defaults.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieServiceException">The service refused; see its code.</exception>
    public async Task<SelfieJob> UploadAsync(Stream photo, SelfieUploadOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(photo);
        using var answer = await _http.PostAsync(new Uri(_api, "uploads" + Query(options)), null, cancel).ConfigureAwait(false);
        var upload = await ReadAsync<UploadLink>(answer, cancel).ConfigureAwait(false);
        long length = photo.Length - photo.Position;
        if (length > upload.MaxBytes)
            throw new SelfieServiceException("image-too-large", $"The photo has {length} bytes; at most {upload.MaxBytes} are allowed.", 413);
        using var request = new HttpRequestMessage(HttpMethod.Put, upload.UploadUrl) { Content = new StreamContent(photo) };
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        request.Content.Headers.ContentLength = length;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var stored = await _http.SendAsync(request, cancel).ConfigureAwait(false);
        if (!stored.IsSuccessStatusCode)
            throw await FailureAsync(stored, cancel).ConfigureAwait(false);
        return new SelfieJob(upload.Id, upload.StatusUrl, upload.CallbackSecret);
    }

    /// <summary>Uploads a photo file.</summary>
    /// <exception cref="SelfieServiceException">The service refused; see its code.</exception>
    public async Task<SelfieJob> UploadAsync(string photoPath, SelfieUploadOptions? options = null, CancellationToken cancel = default)
    {
        using var photo = File.OpenRead(photoPath);
        return await UploadAsync(photo, options, cancel).ConfigureAwait(false);
    }

    /// <summary>Sends a photo through the API in one call; it is checked before a job is made of it.</summary>
    /// <exception cref="SelfieServiceException">The service refused; see its code.</exception>
    public async Task<SelfieJob> SendAsync(Stream photo, SelfieUploadOptions? options = null, CancellationToken cancel = default)
    {
        using var content = new StreamContent(photo);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var answer = await _http.PostAsync(new Uri(_api, "selfies" + Query(options)), content, cancel).ConfigureAwait(false);
        return await ReadAsync<SelfieJob>(answer, cancel).ConfigureAwait(false);
    }

    /// <summary>Where a job stands.</summary>
    /// <exception cref="SelfieServiceException">There is no such job.</exception>
    public async Task<SelfieStatus> GetAsync(string id, CancellationToken cancel = default)
    {
        using var answer = await _http.GetAsync(JobUrl(id), cancel).ConfigureAwait(false);
        return await ReadAsync<SelfieStatus>(answer, cancel).ConfigureAwait(false);
    }

    /// <summary>Waits until a job is done.</summary>
    /// <param name="id">Job.</param>
    /// <param name="progress">Told about every look.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="SelfieServiceException">The job failed, or there is no such job.</exception>
    /// <exception cref="HttpRequestException">The service did not answer for five minutes.</exception>
    public async Task<SelfieStatus> WaitAsync(string id, IProgress<SelfieStatus>? progress = null, CancellationToken cancel = default)
    {
        var poll = FirstPoll;
        var answered = DateTimeOffset.UtcNow;
        while (true)
        {
            try
            {
                var status = await GetAsync(id, cancel).ConfigureAwait(false);
                answered = DateTimeOffset.UtcNow;
                progress?.Report(status);
                if (status.Error is { } error)
                    throw new SelfieServiceException(error.Code, error.Message, 200);
                if (status.IsEnded)
                    return status;
            }
            catch (Exception e) when (IsPassing(e) && !cancel.IsCancellationRequested && DateTimeOffset.UtcNow - answered < Patience)
            {
                poll = LongestPoll;
            }

            await Task.Delay(poll, cancel).ConfigureAwait(false);
            poll = poll * 1.5 < LongestPoll ? poll * 1.5 : LongestPoll;
        }
    }

    /// <summary>Downloads one file of a job that is done.</summary>
    /// <param name="status">From <see cref="WaitAsync"/>.</param>
    /// <param name="format">Of <see cref="SelfieStatus.Results"/>: glb, obj, ply, stl, preview, json and so on.</param>
    /// <param name="output">Takes the file.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="SelfieServiceException">There is no such file, or the link has run out: ask for the status again.</exception>
    public async Task DownloadAsync(SelfieStatus status, string format, Stream output, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(output);
        var result = status.Results.FirstOrDefault(file => file.Format == format)
            ?? throw new SelfieServiceException("not-found", $"The job has no file of the format \"{format}\".", 404);
        using var answer = await _http.GetAsync(result.Url, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await FailureAsync(answer, cancel).ConfigureAwait(false);
        await answer.Content.CopyToAsync(output, cancel).ConfigureAwait(false);
    }

    /// <summary>Downloads one file of a job that is done into a file.</summary>
    /// <exception cref="SelfieServiceException">As above.</exception>
    public async Task DownloadAsync(SelfieStatus status, string format, string path, CancellationToken cancel = default)
    {
        using var output = File.Create(path);
        await DownloadAsync(status, format, output, cancel).ConfigureAwait(false);
    }

    /// <summary>Deletes a job and everything of it at once.</summary>
    /// <exception cref="SelfieServiceException">There is no such job.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancel = default)
    {
        using var answer = await _http.DeleteAsync(JobUrl(id), cancel).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw await FailureAsync(answer, cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsHttp)
            _http.Dispose();
    }

    private static bool IsPassing(Exception exception) => exception switch
    {
        SelfieServiceException refused => refused.Status is 429 or >= 500,
        HttpRequestException or TaskCanceledException => true,
        _ => false,
    };

    private static string Query(SelfieUploadOptions? options)
    {
        var parts = new List<string>();
        if (options?.PupilDistanceMm is { } pupils)
            parts.Add("pupilDistanceMm=" + pupils.ToString(CultureInfo.InvariantCulture));
        if (options?.Formats is { } formats)
            parts.Add("formats=" + Uri.EscapeDataString(string.Join(',', formats)));
        if (options?.CallbackUrl is { } callback)
            parts.Add("callbackUrl=" + Uri.EscapeDataString(callback.ToString()));
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (!answer.IsSuccessStatusCode)
            throw await FailureAsync(answer, cancel).ConfigureAwait(false);
        return await answer.Content.ReadFromJsonAsync<T>(Json, cancel).ConfigureAwait(false) ?? throw new JsonException("The service's answer is empty.");
    }

    private static async Task<SelfieServiceException> FailureAsync(HttpResponseMessage answer, CancellationToken cancel)
    {
        int status = (int)answer.StatusCode;
        if (answer.Content.Headers.ContentType?.MediaType == "application/problem+json")
        {
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false));
            if (problem.RootElement.TryGetProperty("code", out var code))
                return new SelfieServiceException(code.GetString()!, problem.RootElement.GetProperty("detail").GetString()!, status);
        }

        return new SelfieServiceException(answer.StatusCode == HttpStatusCode.Forbidden ? "link-refused" : "http-error", $"The service answered {status}.", status);
    }

    private Uri JobUrl(string id) => new(_api, "selfies/" + Uri.EscapeDataString(id));

    private sealed record UploadLink(string Id, Uri UploadUrl, long MaxBytes, Uri StatusUrl, string? CallbackSecret);
}
