namespace Selfie3D.Service.Steps;

/// <summary>
/// What the steps of this process remember of their last jobs, so that a step need not read and decode again what the one
/// before it had in its hands. Only a shortcut: every step also works from blobs alone.
/// </summary>
/// <param name="jobs">Jobs that are remembered.</param>
public sealed class StepMemory(int jobs = 2)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(string Id, Dictionary<Type, object> Things)> _recent = new();

    /// <summary>Remembers one thing of a type for a job.</summary>
    public void Keep<T>(string id, T thing)
        where T : class
    {
        lock (_gate)
        {
            var known = Find(id);
            var things = known?.Value.Things ?? [];
            if (known is not null)
                _recent.Remove(known);
            things[typeof(T)] = thing;
            _recent.AddFirst((id, things));
            while (_recent.Count > jobs)
                _recent.RemoveLast();
        }
    }

    /// <summary>What is remembered, or null.</summary>
    public T? Recall<T>(string id)
        where T : class
    {
        lock (_gate)
            return Find(id)?.Value.Things.GetValueOrDefault(typeof(T)) as T;
    }

    /// <summary>Forgets a job.</summary>
    public void Forget(string id)
    {
        lock (_gate)
        {
            if (Find(id) is { } known)
                _recent.Remove(known);
        }
    }

    private LinkedListNode<(string Id, Dictionary<Type, object> Things)>? Find(string id)
    {
        for (var node = _recent.First; node is not null; node = node.Next)
        {
            if (node.Value.Id == id)
                return node;
        }

        return null;
    }
}
