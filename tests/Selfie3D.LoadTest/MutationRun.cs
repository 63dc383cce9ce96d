using System.Net;
using Selfie3D.Client;
using SkiaSharp;

namespace Selfie3D.LoadTest;

/// <summary>What a run with damaged photos found.</summary>
/// <param name="Sent">Photos that were sent.</param>
/// <param name="Endings">How often each ending came: done, or a code.</param>
/// <param name="ServerErrors">Answers of 500 and above.</param>
internal sealed record MutationReport(int Sent, IReadOnlyDictionary<string, int> Endings, int ServerErrors)
{
    public override string ToString() =>
        $"{Sent} sent, {ServerErrors} server errors; " + string.Join(", ", Endings.OrderByDescending(e => e.Value).Select(e => $"{e.Key} {e.Value}"));
}

/// <summary>Damaged photos through both ways in: every one has to end in a head or in a code.</summary>
internal static class MutationRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    public static async Task<MutationReport> RunAsync(Bench bench, int count, int seed = 1)
    {
        await using var host = bench.Host();
        host.Start();
        await host.ReadyAsync();
        using var client = Bench.Client(host);
        using var patience = new CancellationTokenSource(Patience);
        var random = new Random(seed);
        byte[][] photos = [bench.Photo, Again(bench.Photo, SKEncodedImageFormat.Png), Again(bench.Photo, SKEncodedImageFormat.Webp)];
        var endings = new Dictionary<string, int>();
        int serverErrors = 0;
        var waiting = new Queue<string>();
        for (int i = 0; i < count; i++)
        {
            byte[] mutant = Mutate(photos[i % photos.Length], random);
            try
            {
                var stream = new MemoryStream(mutant);
                waiting.Enqueue((i % 2 == 0 ? await client.SendAsync(stream, cancel: patience.Token) : await client.UploadAsync(stream, cancel: patience.Token)).Id);
            }
            catch (SelfieServiceException e)
            {
                Count(e.Code);
                serverErrors += e.Status >= (int)HttpStatusCode.InternalServerError ? 1 : 0;
            }

            while (waiting.Count > 8)
                await EndAsync(waiting.Dequeue());
        }

        while (waiting.Count > 0)
            await EndAsync(waiting.Dequeue());
        if (host.Process.HasExited)
            throw new InvalidOperationException("The host ended: " + string.Join('\n', host.Log.TakeLast(20)));
        return new MutationReport(count, endings, serverErrors);

        async Task EndAsync(string id)
        {
            try
            {
                await client.WaitAsync(id, cancel: patience.Token);
                Count("done");
            }
            catch (SelfieServiceException e)
            {
                Count(e.Code);
                serverErrors += e.Status >= (int)HttpStatusCode.InternalServerError ? 1 : 0;
            }
        }

        void Count(string ending) => endings[ending] = endings.GetValueOrDefault(ending) + 1;
    }

    private static byte[] Again(byte[] photo, SKEncodedImageFormat format)
    {
        using var picture = SKBitmap.Decode(photo);
        return picture.Encode(format, 90).ToArray();
    }

    /// <summary>Flips, cuts, repeats or overwrites bytes; the first bytes more often than the rest.</summary>
    private static byte[] Mutate(byte[] photo, Random random)
    {
        var bytes = photo.ToList();
        int rounds = 1 + random.Next(8);
        for (int round = 0; round < rounds && bytes.Count > 16; round++)
        {
            int reach = random.Next(2) == 0 ? Math.Min(bytes.Count, 600) : bytes.Count;
            int at = random.Next(reach);
            int length = Math.Min(random.Next(1, 64), bytes.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                default:
                    if (random.Next(4) == 0)
                        bytes.RemoveRange(at, bytes.Count - at);
                    else
                        bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)255;
                    break;
            }
        }

        return [.. bytes];
    }
}
