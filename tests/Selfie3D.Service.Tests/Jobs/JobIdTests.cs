using Selfie3D.Service.Jobs;
using Selfie3D.Service.Storage;

namespace Selfie3D.Service.Tests.Jobs;

public sealed class JobIdTests
{
    [Fact]
    public void New_IsValidAndNeverTheSame()
    {
        var ids = Enumerable.Range(0, 1000).Select(_ => JobId.New()).ToList();
        Assert.All(ids, id => Assert.True(JobId.IsValid(id)));
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0")]
    [InlineData("0123456789ABCDEF0123456789ABCDEF")]
    [InlineData("0123456789abcdef/123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcde\u0665")]
    public void IsValid_AnythingElse_IsNot(string? text) => Assert.False(JobId.IsValid(text));

    [Fact]
    public void JobOf_BlobName_IsItsFirstPart()
    {
        string id = JobId.New();
        Assert.Equal(id, BlobLayout.JobOf(id));
        Assert.Equal(id, BlobLayout.JobOf(id + "/head.glb"));
        Assert.Null(BlobLayout.JobOf("x/" + id));
    }

    [Fact]
    public void Progress_NeverGoesBack()
    {
        double[] steps = [.. Enum.GetValues<JobState>().Where(state => state != JobState.Failed).Select(state => state.Progress())];
        Assert.Equal(steps.Order(), steps);
        Assert.Equal(1, steps[^1]);
    }
}
