using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>A listening Unix socket, which removes its file when it is disposed of.</summary>
internal sealed class FileSocket() : Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
{
    private string? _path;

    /// <param name="path">Null: an abstract name.</param>
    /// <exception cref="SocketException">It cannot be bound there.</exception>
    public void Bind(UnixDomainSocketEndPoint at, string? path)
    {
        Bind(at);
        _path = path;
        PeerNames.MakeRoom(this);
    }

    protected override void Dispose(bool disposing)
    {
        // Before the socket is closed: afterwards it may be the file of somebody else.
        if (disposing && Interlocked.Exchange(ref _path, null) is { } path)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever listens there next replaces it.
            }
        }

        base.Dispose(disposing);
    }
}
