using Microsoft.Extensions.Logging;
using Selfie3D.Detection;
using Selfie3D.Imaging;
using Selfie3D.Regression;
using Selfie3D.Service.Steps;

namespace Selfie3D.Service.Regressor;

/// <summary>
/// Makes volumes with the networks of the regressor container; geometry and refinement stay here. Where the container cannot,
/// this process does it itself, or the step fails and is tried again.
/// </summary>
public sealed partial class RemoteHeadEstimator(
    RegressorClient client, HeadRegressor regressor, RegressorOptions options, ServiceMetrics metrics, ILogger<RemoteHeadEstimator> log) : IHeadEstimator
{
    private readonly string _models = RegressorWire.ModelsText(regressor.Models);

    /// <inheritdoc/>
    public IReadOnlyList<(string FileName, string Version)> Models => regressor.Models;

    /// <inheritdoc/>
    /// <exception cref="RegressorUnavailableException">The container cannot, and this process shall not.</exception>
    public async Task<HeadEstimate> EstimateAsync(RgbImage image, FaceBox face, CancellationToken cancel)
    {
        try
        {
            return await RemotelyAsync(image, face, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (options.FallBack && e is RegressorUnavailableException or InvalidDataException)
        {
            metrics.FellBack();
            LogFallBack(e.Message, e);
            return await Computation.RunAsync(() => regressor.Estimate(image, face), cancel).ConfigureAwait(false);
        }
    }

    private async Task<HeadEstimate> RemotelyAsync(RgbImage image, FaceBox face, CancellationToken cancel)
    {
        var head = regressor.Begin(image, face);
        while (await Computation.RunAsync(head.NextCrop, cancel).ConfigureAwait(false) is { } crop)
        {
            int priorLength = head.NeedsPrior ? 3 * regressor.PriorVertices : 0;
            head.Place(await client.FindLandmarksAsync(crop, priorLength, _models, cancel).ConfigureAwait(false));
        }

        var (look, prior) = await Computation.RunAsync(head.VolumeInput, cancel).ConfigureAwait(false);
        float[] corrected = await client.CorrectVolumeAsync(look, prior, _models, cancel).ConfigureAwait(false);
        return await Computation.RunAsync(() => head.Finish(corrected), cancel).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A head is made in this process: {Reason}")]
    private partial void LogFallBack(string reason, Exception exception);
}
