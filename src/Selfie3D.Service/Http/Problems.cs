using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Selfie3D.Service.Http;

/// <summary>Refusals as problem details (RFC 9457) with a stable <c>code</c>.</summary>
public static class Problems
{
    /// <summary>HTTP status of a code.</summary>
    public static int StatusOf(string code) => code switch
    {
        ErrorCodes.ImageTooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCodes.UnreadableImage or ServiceCodes.BadRequest or ServiceCodes.CallbackRefused => StatusCodes.Status400BadRequest,
        ErrorCodes.NoFace or ErrorCodes.FaceTooSmall or ErrorCodes.ReconstructionFailed => StatusCodes.Status422UnprocessableEntity,
        ServiceCodes.NotFound => StatusCodes.Status404NotFound,
        ServiceCodes.TooManyRequests => StatusCodes.Status429TooManyRequests,
        ServiceCodes.Busy or ServiceCodes.StorageUnavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>A refusal.</summary>
    /// <param name="code">Of <see cref="ErrorCodes"/> or <see cref="ServiceCodes"/>.</param>
    /// <param name="detail">What was found, what is allowed, what to do.</param>
    /// <param name="retryAfter">When to come back; sent as Retry-After.</param>
    public static IResult Of(string code, string detail, TimeSpan? retryAfter = null)
    {
        var problem = new ProblemDetails { Status = StatusOf(code), Title = TitleOf(code), Detail = detail };
        problem.Extensions["code"] = code;
        return new ProblemResult(problem, retryAfter);
    }

    /// <summary>There is no such job.</summary>
    public static IResult NotFound() => Of(ServiceCodes.NotFound, "There is no such job, or it was deleted. Jobs are kept for a day.");

    private static string TitleOf(string code) => code switch
    {
        ErrorCodes.ImageTooLarge => "The photo is too large",
        ErrorCodes.UnreadableImage => "The photo cannot be read",
        ErrorCodes.NoFace => "No face was found",
        ErrorCodes.FaceTooSmall => "The face is too small",
        ServiceCodes.NotFound => "Not found",
        ServiceCodes.TooManyRequests => "Too many requests",
        ServiceCodes.Busy => "The service is busy",
        ServiceCodes.StorageUnavailable => "The storage does not answer",
        ServiceCodes.BadRequest => "The request is wrong",
        ServiceCodes.CallbackRefused => "The callback is refused",
        _ => "Something went wrong",
    };

    private sealed class ProblemResult(ProblemDetails problem, TimeSpan? retryAfter) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (httpContext.Response.HasStarted)
                return Task.CompletedTask;
            if (retryAfter is { } wait)
                httpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
            if (httpContext.Request.ContentLength is > 0 || httpContext.Request.Headers.TransferEncoding.Count > 0)
                httpContext.Response.Headers.Connection = "close"; // the rest of the body is not wanted
            return Results.Problem(problem).ExecuteAsync(httpContext);
        }
    }
}
