namespace Selfie3D.Export.Draco;

/// <summary>The order in which the values at the vertices of a surface are told: depth first, so that neighbours come soon.</summary>
/// <remarks>Source: Google, Draco bitstream 2.2, section on the Edgebreaker traversal of attributes.</remarks>
internal sealed class ValueOrder
{
    private readonly CornerTable _corners;
    private readonly bool[] _triangleSeen;
    private readonly List<int> _order;

    private ValueOrder(CornerTable corners)
    {
        _corners = corners;
        _triangleSeen = new bool[corners.TriangleCount];
        _order = new List<int>(corners.OnCut.Length);
        Place = new int[corners.OnCut.Length];
        Array.Fill(Place, -1);
    }

    /// <summary>[place] the corner through which the walk came to the vertex.</summary>
    public IReadOnlyList<int> Corners => _order;

    /// <summary>[vertex] its place in the order.</summary>
    public int[] Place { get; }

    /// <summary>Walks over a surface.</summary>
    /// <param name="corners">The surface, whole or cut.</param>
    /// <param name="starts">One corner of each triangle; a walk begins at each that is not seen yet.</param>
    public static ValueOrder Of(CornerTable corners, int[] starts)
    {
        var order = new ValueOrder(corners);
        foreach (int start in starts)
        {
            if (!order._triangleSeen[start / 3])
                order.Walk(start);
        }

        return order;
    }

    private void Walk(int start)
    {
        AddNew(CornerTable.Next(start));
        AddNew(CornerTable.Previous(start));
        var open = new Stack<int>([start]);
        while (open.TryPop(out int corner))
        {
            while (corner >= 0 && !_triangleSeen[corner / 3])
            {
                _triangleSeen[corner / 3] = true;
                bool isNew = AddNew(corner);
                int right = _corners.Right(corner), left = _corners.Left(corner);
                // Around a new vertex there is a free way; at a cut there may be none.
                bool canRight = right >= 0 && !_triangleSeen[right / 3], canLeft = left >= 0 && !_triangleSeen[left / 3];
                if (canRight && canLeft && (!isNew || _corners.OnCut[_corners.Vertex[corner]]))
                    open.Push(left);
                corner = canRight ? right : canLeft ? left : -1;
            }
        }
    }

    private bool AddNew(int corner)
    {
        ref int place = ref Place[_corners.Vertex[corner]];
        if (place >= 0)
            return false;
        place = _order.Count;
        _order.Add(corner);
        return true;
    }
}
