using System.Net.Http.Headers;
using Selfie3D.Regression;

namespace Selfie3D.Service.Regressor;

/// <summary>The regressor container cannot do the work now; the message says why.</summary>
public sealed class RegressorUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>Calls the two networks of the regressor container.</summary>
/// <param name="http">With the container's address, its token and its resilience.</param>
public sealed class RegressorClient(HttpClient http)
{
    /// <summary>Runs the landmark network on one crop.</summary>
    /// <param name="crop"><see cref="HeadNetworks.CropLength"/> values.</param>
    /// <param name="priorLength">Values of the prior that are wanted: 0, or three for each vertex.</param>
    /// <param name="models">Models that have to give the answer.</param>
    /// <param name="cancel">Ends the call.</param>
    /// <exception cref="RegressorUnavailableException">No answer, or one of other models.</exception>
    public async Task<LandmarkAnswer> FindLandmarksAsync(float[] crop, int priorLength, string models, CancellationToken cancel) =>
        RegressorWire.ReadLandmarks(
            await PostAsync(RegressorWire.LandmarksPath, RegressorWire.WriteLandmarksRequest(crop, priorLength > 0), models, cancel).ConfigureAwait(false), priorLength);

    /// <summary>Runs the volume network on one head.</summary>
    /// <exception cref="RegressorUnavailableException">As above.</exception>
    public async Task<float[]> CorrectVolumeAsync(float[] crop, float[] prior, string models, CancellationToken cancel) =>
        RegressorWire.ReadVolume(
            await PostAsync(RegressorWire.VolumePath, RegressorWire.WriteVolumeRequest(crop, prior), models, cancel).ConfigureAwait(false));

    private async Task<byte[]> PostAsync(string path, byte[] body, string models, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(RegressorWire.MediaType);
        request.Headers.Add(RegressorWire.ModelsHeader, models);
        HttpResponseMessage answer;
        try
        {
            answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // No connection, too slow, circuit open, no token.
            throw new RegressorUnavailableException("The regressor does not answer.", e);
        }

        using (answer)
        {
            if (!answer.IsSuccessStatusCode)
                throw new RegressorUnavailableException($"The regressor answers {(int)answer.StatusCode}.");
            try
            {
                return await answer.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                throw new RegressorUnavailableException("The regressor's answer was cut off.", e);
            }
        }
    }
}
