using Selfie3D.Meshing;

namespace Selfie3D.Texturing;

/// <summary>Makes heads of fewer triangles: closed, manifold and in one piece like the whole one, with the same texture.</summary>
public static class HeadSimplifier
{
    /// <summary>Fewest triangles that can be asked for.</summary>
    public const int LeastTriangles = 200;

    /// <summary>Shares of the triangles that the levels of detail have, from the finest to the coarsest.</summary>
    public static IReadOnlyList<float> Levels { get; } = [0.25f, 0.0625f];

    /// <summary>The head with about as many triangles as asked for; where the texture's seams do not allow so few, with some more.</summary>
    /// <param name="head">The whole head.</param>
    /// <param name="triangles">At least <see cref="LeastTriangles"/>.</param>
    /// <param name="cancel">Checked now and then.</param>
    /// <returns>The same object when the head has no more triangles than that. Vertices, their normals and colours are some of the head's own.</returns>
    public static TexturedMesh Simplify(TexturedMesh head, int triangles, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentOutOfRangeException.ThrowIfLessThan(triangles, LeastTriangles);
        if (head.Mesh.TriangleCount <= triangles)
            return head;
        var collapser = new EdgeCollapser(head.Mesh, head.TexCoords, head.CutTriangles);
        collapser.Reduce(triangles, cancel);
        var (kept, keptCuts) = collapser.Result();

        var (vertices, newTriangles) = Compact(kept, head.Mesh.VertexCount);
        var (cuts, newCutTriangles) = Compact(keptCuts, head.CutVertices.Length);
        var newIndex = new int[head.Mesh.VertexCount];
        for (int k = 0; k < vertices.Length; k++)
            newIndex[vertices[k]] = k;
        var colors = new byte[3 * vertices.Length];
        for (int k = 0; k < vertices.Length; k++)
            head.VertexColors.AsSpan(3 * vertices[k], 3).CopyTo(colors.AsSpan(3 * k));
        return new TexturedMesh
        {
            Mesh = new Mesh(Pick(head.Mesh.Positions, vertices), Pick(head.Mesh.Normals, vertices), newTriangles),
            VertexColors = colors,
            CutVertices = [.. cuts.Select(cut => newIndex[head.CutVertices[cut]])],
            TexCoords = Pick(head.TexCoords, cuts),
            CutTriangles = newCutTriangles,
            Texture = head.Texture,
        };
    }

    /// <summary>The levels of detail from the finest to the coarsest, each made of the one before: faster, and their vertices are nested.</summary>
    /// <param name="head">The whole head.</param>
    /// <param name="cancel">Checked now and then.</param>
    public static IEnumerable<TexturedMesh> Coarser(TexturedMesh head, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(head);
        int whole = head.Mesh.TriangleCount;
        foreach (float share in Levels)
        {
            head = Simplify(head, Math.Max(LeastTriangles, (int)(whole * share)), cancel);
            yield return head;
        }
    }

    // The indices that occur, ascending, and the list in terms of their places.
    private static (int[] Used, int[] Renumbered) Compact(int[] indices, int count)
    {
        var place = new int[count];
        foreach (int index in indices)
            place[index] = 1;
        var used = new List<int>();
        for (int k = 0; k < count; k++)
        {
            if (place[k] != 0)
            {
                place[k] = used.Count;
                used.Add(k);
            }
        }

        var renumbered = new int[indices.Length];
        for (int k = 0; k < indices.Length; k++)
            renumbered[k] = place[indices[k]];
        return ([.. used], renumbered);
    }

    private static T[] Pick<T>(ReadOnlySpan<T> values, int[] chosen)
    {
        var picked = new T[chosen.Length];
        for (int k = 0; k < chosen.Length; k++)
            picked[k] = values[chosen[k]];
        return picked;
    }
}
