using System.Globalization;
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
        bool withPrior = RegressorWire.CheckLandmarksRequest(body);
        return batches.Landmarks.TryRun(new LandmarkCall(body, withPrior), http.RequestAborted);
    });

    /// <summary><c>POST /v1/volume</c>.</summary>
    public Task<IResult> VolumeAsync(HttpContext http) => AnswerAsync(http, "volume", RegressorWire.VolumeRequestLength, body =>
    {
        RegressorWire.CheckVolumeRequest(body);
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

    private async Task<IResult> AnswerAsync(HttpContext http, string network, int length, Func<byte[], Task<byte[]>?> enqueue)
    {
        http.Response.Headers[RegressorWire.ModelsHeader] = _models;
        if (http.Request.Headers[RegressorWire.ModelsHeader] is [{ Length: > 0 } wanted] && wanted != _models)
            return Problem(StatusCodes.Status409Conflict, "other-models", $"The models here are {_models}. Deploy the same models on both sides.");
        if (http.Request.ContentLength != length)
            return Problem(StatusCodes.Status400BadRequest, "bad-request", $"The body has to have {length} bytes and to say so.");
        try
        {
            var body = new byte[length];
            await http.Request.Body.ReadExactlyAsync(body, http.RequestAborted).ConfigureAwait(false);
            if (enqueue(body) is { } answer)
                return Results.Bytes(await answer.ConfigureAwait(false), RegressorWire.MediaType);
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

    private static IResult Problem(int status, string code, string detail)
    {
        var problem = new ProblemDetails { Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        return Results.Problem(problem);
    }
}
