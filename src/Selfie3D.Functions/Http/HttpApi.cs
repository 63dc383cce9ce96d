using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Selfie3D.Functions.Orchestration;
using Selfie3D.Service.Http;

namespace Selfie3D.Functions.Http;

/// <summary>The HTTP calls of the service; routes and answers are those of every host.</summary>
public sealed class HttpApi(SelfieApi api, Readiness readiness, DurableDispatcher dispatcher)
{
    private const string Get = "get", Post = "post", Delete = "delete";

    /// <summary><c>POST /api/uploads</c>.</summary>
    [Function(nameof(PostUpload))]
    public Task<IResult> PostUpload([HttpTrigger(AuthorizationLevel.Anonymous, Post, Route = "uploads")] HttpRequest request) =>
        api.PostUploadAsync(Of(request));

    /// <summary><c>POST /api/selfies</c>.</summary>
    [Function(nameof(PostSelfie))]
    public Task<IResult> PostSelfie(
        [HttpTrigger(AuthorizationLevel.Anonymous, Post, Route = "selfies")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        dispatcher.Use(client);
        return api.PostSelfieAsync(Of(request));
    }

    /// <summary><c>GET /api/selfies/{id}</c>.</summary>
    [Function(nameof(GetSelfie))]
    public Task<IResult> GetSelfie(
        [HttpTrigger(AuthorizationLevel.Anonymous, Get, Route = "selfies/{id}")] HttpRequest request, [DurableClient] DurableTaskClient client, string id)
    {
        dispatcher.Use(client);
        return api.GetSelfieAsync(Of(request), id);
    }

    /// <summary><c>DELETE /api/selfies/{id}</c>.</summary>
    [Function(nameof(DeleteSelfie))]
    public Task<IResult> DeleteSelfie([HttpTrigger(AuthorizationLevel.Anonymous, Delete, Route = "selfies/{id}")] HttpRequest request, string id) =>
        api.DeleteSelfieAsync(Of(request), id);

    /// <summary><c>GET /api/health</c>.</summary>
    [Function(nameof(GetHealth))]
    public static IResult GetHealth([HttpTrigger(AuthorizationLevel.Anonymous, Get, Route = "health")] HttpRequest request) => SelfieApi.GetHealth();

    /// <summary><c>GET /api/health/ready</c>.</summary>
    [Function(nameof(GetReady))]
    public Task<IResult> GetReady([HttpTrigger(AuthorizationLevel.Anonymous, Get, Route = "health/ready")] HttpRequest request) =>
        readiness.GetAsync(request.HttpContext.RequestAborted);

    /// <summary><c>GET /api/openapi.json</c>.</summary>
    [Function(nameof(GetOpenApi))]
    public static IResult GetOpenApi([HttpTrigger(AuthorizationLevel.Anonymous, Get, Route = "openapi.json")] HttpRequest request) =>
        Results.Bytes(OpenApiDocument.Utf8, "application/json");

    private static HttpContext Of(HttpRequest request)
    {
        request.HttpContext.Connection.RemoteIpAddress = ClientAddress.Of(request);
        return request.HttpContext;
    }
}
