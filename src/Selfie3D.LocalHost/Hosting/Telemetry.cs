using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Selfie3D.Service;

namespace Selfie3D.LocalHost.Hosting;

/// <summary>Logs to the console; traces and metrics over OTLP when an endpoint is configured.</summary>
internal static class Telemetry
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (Console.IsOutputRedirected)
            builder.Logging.AddJsonConsole();
        else
            builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // The framework's request logs hold whole addresses, and those of blobs hold signatures.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);

        if (string.IsNullOrEmpty(builder.Configuration[EndpointVariable]))
            return;
        // Values in queries (signatures) are replaced by "Redacted" by the instrumentations.
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("selfie3d-localhost"))
            .WithTracing(traces => traces.AddSource(ServiceMetrics.SourceName).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(ServiceMetrics.SourceName).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation())
            .UseOtlpExporter();
    }
}
