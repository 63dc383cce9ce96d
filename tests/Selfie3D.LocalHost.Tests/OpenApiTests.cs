using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Selfie3D.LoadTest;
using Selfie3D.Service.Jobs;

namespace Selfie3D.LocalHost.Tests;

/// <summary>What is described is what is served.</summary>
public sealed class OpenApiTests(StorageFixture storage)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Description_HasExactlyTheRoutes_AndItsSchemasFitTheAnswers()
    {
        await using var host = await TestHost.StartAsync(storage);
        string text = await host.Http.GetStringAsync(host.Api("openapi.json"), Cancel);
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(TestHost.RepoRoot, "docs", "api", "openapi.json"), Cancel), text);
        using var document = JsonDocument.Parse(text);
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");

        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Where(method => method.Name != "parameters").Select(method => $"{method.Name} {path.Name}"));
        var served = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method.ToLowerInvariant()} {route.RoutePattern.RawText![4..]}"));
        Assert.Equal(described.Order(), served.Order());

        using var upload = await host.Http.PostAsync(host.Api("uploads"), null, Cancel);
        await FitsAsync("Upload", upload);
        using var selfie = await host.PostAsync(TestPhoto.Disc());
        await FitsAsync("Selfie", selfie);
        string id = selfie.Headers.Location!.Segments[^1];
        await FitsAsync("Status", await host.Http.GetAsync(host.Api("selfies/" + id), Cancel));
        await host.Client.WaitAsync(id, cancel: Cancel);
        await FitsAsync("Status", await host.Http.GetAsync(host.Api("selfies/" + id), Cancel));
        var done = await host.Client.GetAsync(id, Cancel);
        await FitsAsync("Head", await host.Http.GetAsync(done.Results.Single(file => file.Format == "json").Url, Cancel));
        await FitsAsync("Problem", await host.Http.GetAsync(host.Api("selfies/" + JobId.New()), Cancel));
        await FitsAsync("Health", await host.Http.GetAsync(host.Api("health"), Cancel));
        await FitsAsync("Health", await host.Http.GetAsync(host.Api("health/ready"), Cancel)); // a job is done, so it is

        async Task FitsAsync(string schema, HttpResponseMessage answer)
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel));
            Fits(schemas, schemas.GetProperty(schema), json.RootElement, schema);
        }
    }

    // The part of JSON Schema that the document uses.
    private static void Fits(JsonElement schemas, JsonElement schema, JsonElement value, string where)
    {
        if (schema.TryGetProperty("$ref", out var reference))
        {
            Fits(schemas, schemas.GetProperty(reference.GetString()!.Split('/')[^1]), value, where);
            return;
        }

        if (schema.TryGetProperty("enum", out var values))
            Assert.Contains(value.GetString(), values.EnumerateArray().Select(v => v.GetString()));
        if (!schema.TryGetProperty("type", out var type))
            return;
        switch (type.GetString())
        {
            case "object":
                Assert.Equal(JsonValueKind.Object, value.ValueKind);
                foreach (var name in schema.TryGetProperty("required", out var required) ? required.EnumerateArray() : default)
                    Assert.True(value.TryGetProperty(name.GetString()!, out _), $"{where} lacks {name}");
                foreach (var property in value.EnumerateObject())
                {
                    bool known = schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(property.Name, out _);
                    Assert.True(known || !schema.TryGetProperty("additionalProperties", out _), $"{where} has an unknown {property.Name}");
                    if (known)
                        Fits(schemas, properties.GetProperty(property.Name), property.Value, $"{where}.{property.Name}");
                }

                break;
            case "array":
                foreach (var item in value.EnumerateArray())
                    Fits(schemas, schema.GetProperty("items"), item, where + "[]");
                break;
            case "string":
                Assert.True(value.ValueKind == JsonValueKind.String, where);
                break;
            case "integer":
                Assert.True(value.TryGetInt64(out _), where);
                break;
            case "number":
                Assert.True(value.ValueKind == JsonValueKind.Number, where);
                break;
        }
    }
}
