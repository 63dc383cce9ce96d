using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Selfie3D.Service.Http;

/// <summary>Routes of the API in an ASP.NET Core host.</summary>
public static class SelfieRoutes
{
    /// <summary>Before all paths.</summary>
    public const string Base = "/api";

    /// <summary>Maps the calls of <see cref="SelfieApi"/> and the description of them.</summary>
    public static RouteGroupBuilder MapSelfies(this IEndpointRouteBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var api = app.ServiceProvider.GetRequiredService<SelfieApi>();
        var group = app.MapGroup(Base);
        group.MapPost("/uploads", (Delegate)api.PostUploadAsync);
        group.MapPost("/selfies", (Delegate)api.PostSelfieAsync);
        group.MapGet("/selfies/{id}", api.GetSelfieAsync);
        group.MapDelete("/selfies/{id}", api.DeleteSelfieAsync);
        group.MapGet("/health", SelfieApi.GetHealth);
        group.MapGet("/openapi.json", () => Results.Bytes(OpenApiDocument.Utf8, "application/json"));
        return group;
    }
}
