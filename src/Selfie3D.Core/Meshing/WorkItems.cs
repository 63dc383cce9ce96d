namespace Selfie3D.Meshing;

/// <summary>Runs numbered pieces of work on several threads.</summary>
internal static class WorkItems
{
    /// <summary>Work in which everything has to be done before what follows it may begin.</summary>
    /// <param name="Count">Asked once all before it is done: how many items there are; the same whenever asked.</param>
    /// <param name="Body">Told the number of the item, 0 to Count - 1.</param>
    public sealed record Phase(Func<int> Count, Action<int> Body)
    {
        /// <summary>What one thread does while the others wait.</summary>
        public static Phase Single(Action body) => new(() => 1, _ => body());
    }

    /// <summary>
    /// Runs every item of every phase once; the threads take the next one as they become free, in ascending order, so that a thread that wakes
    /// up late or is held up costs no more than the item it is at. They are woken only once for all phases, which take less than that each,
    /// and wait for each other without going to sleep.
    /// </summary>
    /// <param name="threads">At most so many.</param>
    /// <param name="phases">One after the other.</param>
    public static void Run(int threads, params Phase[] phases)
    {
        if (threads <= 1)
        {
            foreach (var phase in phases)
                for (int item = 0, count = phase.Count(); item < count; item++)
                    phase.Body(item);
            return;
        }

        var progress = new Progress[phases.Length];
        bool failed = false;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            try
            {
                for (int k = 0; k < phases.Length && !Volatile.Read(ref failed); k++)
                    TakePart(phases[k], ref progress[k], ref failed);
            }
            catch
            {
                Volatile.Write(ref failed, true); // nobody may wait for what will not be done
                throw;
            }
        });
    }

    private static void TakePart(Phase phase, ref Progress progress, ref bool failed)
    {
        int count = phase.Count();
        for (int item; (item = Interlocked.Increment(ref progress.Taken) - 1) < count;)
        {
            phase.Body(item);
            Interlocked.Increment(ref progress.Done);
        }

        // Who took the rest is at work on it, so this does not take long.
        for (var wait = new SpinWait(); Volatile.Read(ref progress.Done) < count && !Volatile.Read(ref failed);)
            wait.SpinOnce(sleep1Threshold: -1);
    }

    private struct Progress
    {
        public int Taken, Done;
    }
}
