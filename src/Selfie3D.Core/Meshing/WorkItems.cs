namespace Selfie3D.Meshing;

/// <summary>Runs numbered pieces of work on several threads.</summary>
internal static class WorkItems
{
    /// <summary>
    /// Runs every item once; the threads take the next one as they become free, in ascending order, so that a thread that wakes up late or is
    /// held up costs no more than the item it is at.
    /// </summary>
    /// <param name="count">Items 0 to <paramref name="count"/> - 1.</param>
    /// <param name="threads">At most so many.</param>
    /// <param name="body">Told the number of the item.</param>
    public static void Run(int count, int threads, Action<int> body)
    {
        threads = Math.Min(threads, count);
        if (threads <= 1)
        {
            for (int item = 0; item < count; item++)
                body(item);
            return;
        }

        int taken = -1;
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, _ =>
        {
            for (int item; (item = Interlocked.Increment(ref taken)) < count;)
                body(item);
        });
    }
}
