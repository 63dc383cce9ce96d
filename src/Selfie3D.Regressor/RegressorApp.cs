using Microsoft.AspNetCore.Connections;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor;

/// <summary>Puts the container's program together.</summary>
public static class RegressorApp
{
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Builds the application; it is ready some seconds after it was started.</summary>
    /// <param name="args">Command line, over environment variables.</param>
    /// <param name="configure">Changes the builder last.</param>
    /// <exception cref="InvalidOperationException">A setting makes no sense.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = (builder.Configuration.GetSection(RegressorHostOptions.Section).Get<RegressorHostOptions>() ?? new()).Checked();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RegressorWire.VolumeRequestLength;
            kestrel.Limits.MaxResponseBufferSize = 2 * RegressorWire.VolumeAnswerLength; // an answer goes out in one piece
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        var services = builder.Services;
        services.AddMetrics();
        services.AddSingleton<IMemoryPoolFactory<byte>, BodyMemory>();
        services.AddSingleton(options);
        services.AddSingleton<RegressorMetrics>();
        services.AddSingleton(_ => new HeadNetworks(
            Path.Combine(options.Models, HeadRegressor.LandmarkModelFileName), Path.Combine(options.Models, HeadRegressor.VolumeModelFileName),
            new InferenceOptions { Gpu = options.Gpu, Threads = options.Threads }));
        services.AddSingleton<NetworkBatches>();
        services.AddSingleton<RegressorCalls>();
        services.AddSingleton<WarmUp>();
        services.AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        AddTelemetry(builder);
        configure?.Invoke(builder);

        var app = builder.Build();
        var calls = new Lazy<RegressorCalls>(app.Services.GetRequiredService<RegressorCalls>);
        app.MapGet("/health", () => Results.Json(new { status = "ok" }));
        app.MapGet("/health/ready", () => calls.Value.Ready());
        app.MapGet("/v1/models", () => calls.Value.Models());
        app.MapPost(RegressorWire.LandmarksPath, (Delegate)((HttpContext http) => calls.Value.LandmarksAsync(http)));
        app.MapPost(RegressorWire.VolumePath, (Delegate)((HttpContext http) => calls.Value.VolumeAsync(http)));
        return app;
    }

    private static void AddTelemetry(WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration[EndpointVariable]))
            return;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("selfie3d-regressor"))
            .WithTracing(traces => traces.AddAspNetCoreInstrumentation())
            .WithMetrics(metrics => metrics.AddMeter(RegressorMetrics.MeterName).AddAspNetCoreInstrumentation().AddRuntimeInstrumentation())
            .UseOtlpExporter();
    }
}
