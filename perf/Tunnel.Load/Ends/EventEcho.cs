using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace Tunnel.Load.Ends;

/// <summary>One connection of the target that sends everything back, driven by the socket engine's thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposes of what it owns itself, when its connection ends.")]
internal sealed class EventEcho
{
    private readonly Socket _socket;
    private readonly SocketAsyncEventArgs _receive = new(unsafeSuppressExecutionContextFlow: true);
    private readonly byte[] _buffer = new byte[Wire.MessageBytes * 4];

    public EventEcho(Socket socket)
    {
        _socket = socket;
        _receive.SetBuffer(_buffer);
        _receive.Completed += (_, _) =>
        {
            if (SendBack())
            {
                Start();
            }
        };
    }

    public void Start()
    {
        while (!_socket.ReceiveAsync(_receive))
        {
            if (!SendBack())
            {
                return;
            }
        }
    }

    private bool SendBack()
    {
        try
        {
            if (_receive.SocketError == SocketError.Success && _receive.BytesTransferred > 0)
            {
                _socket.Send(_buffer.AsSpan(0, _receive.BytesTransferred));
                return true;
            }
        }
        catch (SocketException)
        {
            // The generator has closed meanwhile.
        }

        _socket.Dispose();
        _receive.Dispose();
        return false;
    }
}
