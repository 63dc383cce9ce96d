using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Mvc;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor;

/// <summary>The calls, one method each.</summary>
internal sealed class RegressorCalls(HeadNetworks networks, NetworkBatches batches, RegressorHostOptions options, RegressorMetrics metrics, WarmUp warmUp)
{
    private readonly string _models = RegressorWire.ModelsText(networks.Models);

    /// <summary><c>POST /v1/landmarks</c>.</summary>
    public Task<IResult> LandmarksAsync(HttpContext http) => AnswerAsync(http, "landmarks", RegressorWire.LandmarksRequestLength, body =>
    {
        bool withPrior = RegressorWire.CheckLandmarksRequest(body.Span);
        return batches.Landmarks.TryRun(new LandmarkCall(body, withPrior), http.RequestAborted);
    });

    /// <summary><c>POST /v1/volume</c>.</summary>
    public Task<IResult> VolumeAsync(HttpContext http) => AnswerAsync(http, "volume", RegressorWire.VolumeRequestLength, body =>
    {
        RegressorWire.CheckVolumeRequest(body.Span);
        return batches.Volumes.TryRun(new VolumeCall(body), http.RequestAborted);
    });

    /// <summary><c>GET /v1/models</c>: what runs, and where.</summary>
    public IResult Models() => Results.Json(new
    {
        models = networks.Models.Select(model => new { file = model.FileName, version = model.Version }),
        device = networks.Device,
        maxBatch = options.MaxBatch,
    });

    /// <summary><c>GET /health/ready</c>: the networks are loaded and warm.</summary>
    public IResult Ready() => warmUp.Done
        ? Results.Json(new { status = "ready", device = networks.Device })
        : Problem(StatusCodes.Status503ServiceUnavailable, "warming-up", "The networks are not warm yet.");

    private async Task<IResult> AnswerAsync(HttpContext http, string network, int length, Func<ReadOnlyMemory<byte>, Task<Answer>?> enqueue)
    {
        http.Response.Headers[RegressorWire.ModelsHeader] = _models;
        if (http.Request.Headers[RegressorWire.ModelsHeader] is [{ Length: > 0 } wanted] && wanted != _models)
            return Problem(StatusCodes.Status409Conflict, "other-models", $"The models here are {_models}. Deploy the same models on both sides.");
        if (http.Request.ContentLength != length)
            return Problem(StatusCodes.Status400BadRequest, "bad-request", $"The body has to have {length} bytes and to say so.");
        try
        {
            using var lent = MemoryPool<byte>.Shared.Rent(length); // until the answer is there: the network reads it
            var body = lent.Memory[..length];
            await ReadAsync(http.Request.BodyReader, body, http.RequestAborted).ConfigureAwait(false);
            if (enqueue(body) is { } running)
            {
                using var answer = await running.ConfigureAwait(false);
                http.Response.ContentType = RegressorWire.MediaType;
                http.Response.ContentLength = answer.Body.Length;
                await http.Response.BodyWriter.WriteAsync(answer.Body, http.RequestAborted).ConfigureAwait(false);
                return Results.Empty;
            }

            metrics.Refused(network);
            http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(options.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            return Problem(StatusCodes.Status429TooManyRequests, "busy", "The queue is full. Come back as Retry-After says.");
        }
        catch (InvalidDataException e)
        {
            return Problem(StatusCodes.Status400BadRequest, "bad-request", e.Message);
        }
        catch (Exception e) when (e is IOException or BadHttpRequestException)
        {
            return Problem(StatusCodes.Status400BadRequest, "bad-request", "The body did not arrive whole.");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty; // nobody listens any more
        }
    }

    // The pipe gathers the whole body; what comes in pieces is copied once.
    private static async Task ReadAsync(PipeReader reader, Memory<byte> body, CancellationToken cancel)
    {
        var read = await reader.ReadAtLeastAsync(body.Length, cancel).ConfigureAwait(false);
        if (read.Buffer.Length < body.Length)
            throw new EndOfStreamException();
        read.Buffer.Slice(0, body.Length).CopyTo(body.Span);
        reader.AdvanceTo(read.Buffer.End);
    }

    private static IResult Problem(int status, string code, string detail)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        return Results.Problem(problem);
    }
}
