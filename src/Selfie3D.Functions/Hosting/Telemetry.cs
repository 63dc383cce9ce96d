using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Selfie3D.Service;

namespace Selfie3D.Functions.Hosting;

/// <summary>Traces, metrics and logs over OpenTelemetry: to Application Insights in Azure, to an OTLP collector where one is named.</summary>
internal static class Telemetry
{
    private const string InsightsVariable = "APPLICATIONINSIGHTS_CONNECTION_STRING", CollectorVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void Add(FunctionsApplicationBuilder builder)
    {
        // Addresses of blobs hold signatures; the client libraries' request logs hold those addresses.
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Azure.Core", LogLevel.Warning);
        var telemetry = builder.Services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            .ConfigureResource(resource => resource.AddService("selfie3d-functions"))
            .WithTracing(traces => traces.AddSource(ServiceMetrics.SourceName).AddHttpClientInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(ServiceMetrics.SourceName).AddRuntimeInstrumentation());
        if (!string.IsNullOrEmpty(builder.Configuration[InsightsVariable]))
            telemetry.UseAzureMonitorExporter();
        if (!string.IsNullOrEmpty(builder.Configuration[CollectorVariable]))
            telemetry.UseOtlpExporter();
    }
}
