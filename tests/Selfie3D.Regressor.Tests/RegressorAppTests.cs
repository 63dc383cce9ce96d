using System.Net;
using System.Text.Json;
using Selfie3D.Regression;
using Selfie3D.Service.Regressor;

namespace Selfie3D.Regressor.Tests;

public sealed class RegressorAppTests
{
    [Fact]
    public async Task Volume_OfTheStub_IsThePriorHalfAVoxelLarger()
    {
        await using var host = await RegressorHost.StartAsync();
        float[] prior = new float[HeadNetworks.VolumeLength];
        Array.Fill(prior, 1.5f);

        using var answer = await host.PostAsync(RegressorWire.VolumePath, RegressorWire.WriteVolumeRequest(new float[HeadNetworks.CropLength], prior), host.Models);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(host.Models, answer.Headers.GetValues(RegressorWire.ModelsHeader).Single());
        Assert.All(RegressorWire.ReadVolume(await answer.Content.ReadAsByteArrayAsync()).Take(1000), value => Assert.Equal(1f, value, 0.013f));
    }

    [Fact]
    public async Task Health_AfterTheStart_BecomesReadyAndNamesTheModels()
    {
        await using var host = await RegressorHost.StartAsync("--Regressor:MaxBatch", "4");

        using (var health = await host.Http.GetAsync(new Uri("/health", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        await host.ReadyAsync();
        using var models = JsonDocument.Parse(await host.Http.GetStringAsync(new Uri("/v1/models", UriKind.Relative)));
        Assert.Equal("cpu", models.RootElement.GetProperty("device").GetString());
        Assert.Equal(2, models.RootElement.GetProperty("models").GetArrayLength());
    }

    [Fact]
    public async Task Call_WithOtherModels_IsRefused()
    {
        await using var host = await RegressorHost.StartAsync();

        using var answer = await host.PostAsync(RegressorWire.LandmarksPath, Landmarks(), "head-landmarks.onnx=0, head-volume.onnx=0");

        Assert.Equal((HttpStatusCode.Conflict, "other-models"), await ProblemAsync(answer));
    }

    [Fact]
    public async Task Call_WithABodyThatIsNone_IsRefused()
    {
        await using var host = await RegressorHost.StartAsync();
        byte[] other = Landmarks();
        other[4] = 9;

        foreach (byte[] body in new[] { [], new byte[100], new byte[RegressorWire.LandmarksRequestLength], other })
        {
            using var answer = await host.PostAsync(RegressorWire.LandmarksPath, body);
            Assert.Equal((HttpStatusCode.BadRequest, "bad-request"), await ProblemAsync(answer));
        }
    }

    [Fact]
    public async Task Call_OnAFullQueue_Gets429WithRetryAfter()
    {
        await using var host = await RegressorHost.StartAsync("--Regressor:MaxBatch", "1", "--Regressor:QueueLength", "1");
        await host.ReadyAsync();
        byte[] body = RegressorWire.WriteVolumeRequest(new float[HeadNetworks.CropLength], new float[HeadNetworks.VolumeLength]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => host.PostAsync(RegressorWire.VolumePath, body)));

        Assert.All(answers, answer => Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}"));
        var refused = answers.First(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal("busy", (await ProblemAsync(refused)).Code);
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var answer in answers)
            answer.Dispose();
    }

    [Fact]
    public async Task Calls_From32Clients_AllGetTheirOwnAnswer()
    {
        await using var host = await RegressorHost.StartAsync();
        await host.ReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(async client =>
        {
            float level = -2 + client * 0.125f;
            float[] prior = new float[HeadNetworks.VolumeLength];
            Array.Fill(prior, level);
            byte[] body = RegressorWire.WriteVolumeRequest(new float[HeadNetworks.CropLength], prior);
            for (int i = 0; i < 4; i++)
            {
                using var answer = await host.PostAsync(RegressorWire.VolumePath, body);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                Assert.Equal(level - 0.5f, RegressorWire.ReadVolume(await answer.Content.ReadAsByteArrayAsync())[client], 0.013f);
            }
        }));
    }

    [Theory]
    [InlineData("--Regressor:MaxBatch", "0")]
    [InlineData("--Regressor:QueueLength", "0")]
    [InlineData("--Regressor:MaxWait", "00:01:00")]
    public void Build_SettingThatMakesNoSense_IsNamed(string name, string value)
    {
        var refusal = Assert.Throws<InvalidOperationException>(() => RegressorApp.Build([name, value]));

        Assert.Contains(name.TrimStart('-'), refusal.Message, StringComparison.Ordinal);
    }

    private static byte[] Landmarks() => RegressorWire.WriteLandmarksRequest(new float[HeadNetworks.CropLength], withPrior: false);

    private static async Task<(HttpStatusCode Status, string Code)> ProblemAsync(HttpResponseMessage answer)
    {
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, problem.RootElement.GetProperty("code").GetString()!);
    }
}
