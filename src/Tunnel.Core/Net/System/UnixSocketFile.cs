using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Tunnel.Net;

/// <summary>A stream socket under a path of this machine (unix(7)), for the user alone who made it.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // open(2): "ENXIO: The file is a UNIX domain socket." The runtime tells it as the exception's HResult.
    private const int Enxio = 6;

    public static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>
    /// Listens, in place of a socket that a killed process left behind. Disposing of the socket removes its file.
    /// </summary>
    /// <param name="backlog">How many may wait to be accepted.</param>
    /// <exception cref="IOException">The path cannot be used; the message says why and what to do.</exception>
    public static Socket Listen(string path, int backlog)
    {
        try
        {
            return BindOwn(path, backlog);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            RemoveStale(path);
        }
        catch (SocketException e)
        {
            throw Unusable(e);
        }

        try
        {
            return BindOwn(path, backlog);
        }
        catch (SocketException e)
        {
            throw Unusable(e);
        }
    }

    private static Socket BindOwn(string path, int backlog)
    {
        var socket = New();
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Linux gives the file the mode that the socket has before it is bound, less the umask: it is never wider.
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, OwnerOnly);
            }

            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsLinux() && !OperatingSystem.IsWindows())
            {
                // Elsewhere the file may be wider for a moment, but nobody can connect before the socket listens.
                File.SetUnixFileMode(path, OwnerOnly);
            }

            socket.Listen(backlog);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(string path)
    {
        if (IsAnswered(path))
        {
            throw new IOException("another process listens there; stop it, or give each tunnel a path of its own");
        }

        if (!IsSocket(path))
        {
            throw new IOException("there is a file of another kind, which is left alone; choose another path");
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"a socket that nobody listens on any more cannot be removed: {e.Message}", e);
        }
    }

    private static bool IsAnswered(string path)
    {
        using var socket = New();
        // A process that hangs has a full queue, and waiting for room in it would hang too.
        socket.Blocking = false;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // Everything but this, a full queue and a lack of permission too, means that it may well be somebody's.
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    /// <summary>Nothing in the class library tells the type of a file, but a socket cannot be opened.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            // For reading and writing, because opening a FIFO for one of the two waits for the other.
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.HResult == Enxio;
        }
    }

    private static IOException Unusable(SocketException e) =>
        new(
            e.SocketErrorCode switch
            {
                // The runtime's word for ENOENT.
                SocketError.AddressNotAvailable => "its directory does not exist; make it, or choose another path",
                SocketError.AccessDenied => "permission denied; let the user we run as write to its directory",
                // The runtime has no word for EROFS and a few others.
                SocketError.SocketError =>
                    "the system refuses it, as on a read-only file system; choose a path that can be written",
                _ => e.Message,
            },
            e
        );
}
