using System.Net;
using System.Net.Sockets;

namespace Tunnel.Tests.TestKit;

/// <summary>
/// An address that never answers: a listener whose queue is full and from which nobody accepts, so that the system
/// drops every further SYN.
/// </summary>
public sealed class BlackHole : IDisposable
{
    private static readonly TimeSpan _unanswered = TimeSpan.FromMilliseconds(200);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _fillers = [];

    private BlackHole() { }

    public IPEndPoint EndPoint => _listener.EndPoint();

    public static async Task<BlackHole> DigAsync()
    {
        var hole = new BlackHole();
        hole._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole._listener.Listen(0);

        while (await hole.TakesAnotherAsync()) { }

        return hole;
    }

    public void Dispose()
    {
        _fillers.ForEach(filler => filler.Dispose());
        _listener.Dispose();
    }

    private async Task<bool> TakesAnotherAsync()
    {
        var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _fillers.Add(filler);
        try
        {
            await filler.ConnectAsync(EndPoint).WaitAsync(_unanswered);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
