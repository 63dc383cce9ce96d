using Selfie3D.Meshing;

namespace Selfie3D.Tests.Meshing;

public sealed class WorkItemsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_Phases_DoesEveryItemOnceAfterAllBefore(int threads)
    {
        var done = new int[3][];
        var early = 0;
        var counts = new[] { 50, 0, 0 };
        WorkItems.Run(threads,
            new WorkItems.Phase(() => counts[0], item => Do(0, item)),
            WorkItems.Phase.Single(() =>
            {
                Do(1, 0);
                counts[2] = 33; // known only now
            }),
            new WorkItems.Phase(() => counts[2], item => Do(2, item)));

        Assert.Equal(0, early);
        Assert.Equal([50, 1, 33], done.Select(items => items.Count(times => times == 1)));

        void Do(int phase, int item)
        {
            if (phase > 0 && Volatile.Read(ref done[phase - 1]).Count(times => times == 1) != (phase == 1 ? 50 : 1)) Interlocked.Increment(ref early);
            if (done[phase] is null) Interlocked.CompareExchange(ref done[phase], new int[64], null);
            Interlocked.Increment(ref done[phase][item]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_ItemFails_SaysSoAndEnds(int threads)
    {
        var after = 0;
        var exception = Record.Exception(() => WorkItems.Run(threads,
            new WorkItems.Phase(() => 20, item => { if (item == 11) throw new InvalidDataException("eleven"); }),
            WorkItems.Phase.Single(() => after++)));
        var inner = exception is AggregateException several ? several.InnerException : exception;
        Assert.Equal("eleven", Assert.IsType<InvalidDataException>(inner).Message);
        Assert.Equal(0, after);
    }
}
