using System.Net;
using System.Net.Http.Headers;
using Azure.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Selfie3D.Service.Steps;

namespace Selfie3D.Service.Regressor;

/// <summary>Puts the regressor container in the place of the networks in process.</summary>
public static class RegressorRegistration
{
    /// <summary>Adds the remote estimator when the options name an address; call it before <c>AddSelfieService</c>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Address, token, patience.</param>
    /// <param name="credential">Gets the token; only used when the options name an audience.</param>
    public static IServiceCollection AddRegressor(this IServiceCollection services, RegressorOptions options, TokenCredential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Url is not { } url)
            return services;
        services.AddSingleton(options);
        var client = services.AddHttpClient<RegressorClient>(http =>
        {
            http.BaseAddress = url;
            http.Timeout = Timeout.InfiniteTimeSpan; // the pipeline has the patience
        });
        client.AddResilienceHandler("regressor", pipeline => Build(pipeline, options));
        if (options.Audience.Length > 0)
        {
            ArgumentNullException.ThrowIfNull(credential);
            client.AddHttpMessageHandler(() => new TokenHandler(credential, options.Audience));
        }

        services.AddSingleton<IHeadEstimator, RemoteHeadEstimator>();
        return services;
    }

    // From the outside in: all tries together, each try again, the breaker that spares a dead container, one try.
    private static void Build(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, RegressorOptions options)
    {
        pipeline.AddTimeout(options.Timeout);
        pipeline.AddRetry(new HttpRetryStrategyOptions
        {
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(250),
            UseJitter = true,
            ShouldRetryAfterHeader = true,
        });
        pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
        {
            // "Busy" is no fault: a queue that is full must not shut the way for all.
            ShouldHandle = static tried => ValueTask.FromResult(
                HttpClientResiliencePredicates.IsTransient(tried.Outcome) && tried.Outcome.Result?.StatusCode != HttpStatusCode.TooManyRequests),
            SamplingDuration = TimeSpan.FromSeconds(30),
            MinimumThroughput = 8,
            FailureRatio = 0.5,
            BreakDuration = TimeSpan.FromSeconds(15),
        });
        pipeline.AddTimeout(options.TryTimeout);
    }

    // Azure.Identity keeps tokens and renews them in time.
    private sealed class TokenHandler(TokenCredential credential, string audience) : DelegatingHandler
    {
        private readonly TokenRequestContext _scope = new([audience.TrimEnd('/') + "/.default"]);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var token = await credential.GetTokenAsync(_scope, cancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
