using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Selfie3D.Benchmarks;

/// <summary>
/// One connection that calls the regressor again and again with the same body. It waits on its own thread and reads into one
/// buffer, as load generators do: whatever a caller spends is taken from the server's two cores here, and not in a deployment.
/// </summary>
internal sealed class RegressorCaller : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendBufferSize = 1 << 20, ReceiveBufferSize = 1 << 20 };
    private readonly byte[] _request;
    private byte[] _answer = new byte[4096];

    public RegressorCaller(Uri address, string path, byte[] body)
    {
        string head = $"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Length: {body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n";
        _request = [.. Encoding.ASCII.GetBytes(head), .. body];
        _socket.Connect(address.Host, address.Port);
    }

    /// <summary>Calls once and reads the whole answer.</summary>
    /// <returns>Its status, and the length of its body.</returns>
    public (HttpStatusCode Status, int Length) Call()
    {
        for (int sent = 0; sent < _request.Length;)
            sent += _socket.Send(_request.AsSpan(sent));
        int got = 0, headEnd;
        while ((headEnd = _answer.AsSpan(0, got).IndexOf("\r\n\r\n"u8)) < 0)
            got += Receive(got);
        string head = Encoding.ASCII.GetString(_answer, 0, headEnd);
        const string Length = "Content-Length: ";
        int at = head.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            throw new InvalidDataException("The answer does not say how long it is: " + head);
        int length = int.Parse(head.AsSpan(at + Length.Length).ToString().Split('\r')[0], CultureInfo.InvariantCulture), whole = headEnd + 4 + length;
        if (_answer.Length < whole)
            Array.Resize(ref _answer, whole);
        while (got < whole)
            got += Receive(got);
        return ((HttpStatusCode)int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture), length);
    }

    public void Dispose() => _socket.Dispose();

    private int Receive(int at)
    {
        int read = _socket.Receive(_answer.AsSpan(at));
        return read > 0 ? read : throw new IOException("The server closed the connection.");
    }
}
