using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Tunnel.Net;

/// <summary>A listening stream socket at a path of this machine, or under an abstract name (unix(7)).</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // open(2): "ENXIO: The file is a UNIX domain socket." The runtime reports it as the exception's HResult.
    private const int Enxio = 6;

    public static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens at a path, for our own user only.</summary>
    /// <inheritdoc cref="Listen(UnixEndPoint, int, UnixFileMode, string?)"/>
    public static Socket Listen(string path, int backlog) => Listen(new(path), path, backlog, OwnerOnly, owner: null);

    /// <summary>
    /// Listens, and replaces a socket that a killed process left behind. Disposing of the socket removes its file.
    /// </summary>
    /// <param name="backlog">How many may wait to be accepted.</param>
    /// <param name="mode">Of the file, whatever the umask; those who may write may connect.</param>
    /// <param name="owner">As <see cref="FileOwner.Give"/> takes it; null: our own user and group.</param>
    /// <exception cref="IOException">The path cannot be used; the message says why and what to do.</exception>
    public static Socket Listen(UnixEndPoint at, int backlog, UnixFileMode mode, string? owner) =>
        Listen(at.ToSystem(), at.Path, backlog, mode, owner);

    private static FileSocket Listen(
        UnixDomainSocketEndPoint at,
        string? path,
        int backlog,
        UnixFileMode mode,
        string? owner
    )
    {
        try
        {
            return Bind(at, path, backlog, mode, owner);
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
            return Bind(at, path, backlog, mode, owner);
        }
        catch (SocketException e)
        {
            throw Unusable(e);
        }
    }

    private static FileSocket Bind(
        UnixDomainSocketEndPoint at,
        string? path,
        int backlog,
        UnixFileMode mode,
        string? owner
    )
    {
        var socket = new FileSocket();
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // Linux gives the file the mode that the socket has before it is bound, less the umask, so it is never
                // wider.
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, mode);
            }

            socket.Bind(at, path);
            // Nobody can connect before the socket listens.
            if (path is not null && !OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, mode);
                FileOwner.Give(path, owner);
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

    private static void RemoveStale(string? path)
    {
        if (path is null || IsAnswered(path))
        {
            throw new UnusableSocketException(
                Trouble.Of("another process listens there", "stop it, or give each tunnel a path of its own")
            );
        }

        if (!IsSocket(path))
        {
            throw new UnusableSocketException(
                Trouble.Of("the path is a file that is not a socket", "choose another path")
            );
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UnusableSocketException(
                Trouble.Of(
                    $"an old socket that nobody listens on cannot be removed: {e.Message}",
                    "remove it, or give this user the right to write to its directory"
                ),
                e
            );
        }
    }

    private static bool IsAnswered(string path)
    {
        using var socket = New();
        // A process that hangs has a full queue, and waiting for it would hang too.
        socket.Blocking = false;
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // Any other error, such as a full queue or a lack of permission, means that it may be in use.
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }

    /// <summary>The class library does not report the type of a file, but a socket cannot be opened.</summary>
    private static bool IsSocket(string path)
    {
        try
        {
            // For reading and writing, because opening a FIFO for only one of them waits for the other.
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.HResult == Enxio;
        }
    }

    private static UnusableSocketException Unusable(SocketException e) =>
        new(
            e.SocketErrorCode switch
            {
                // The runtime's name for ENOENT.
                SocketError.AddressNotAvailable => Trouble.Of(
                    "its directory does not exist",
                    "create it, or choose another path"
                ),
                SocketError.AccessDenied => Trouble.Of(
                    "permission denied",
                    "give this user the right to write to its directory, and if the configuration had no socket in it "
                        + "at the start, restart the tunnel (sandbox.landlock)"
                ),
                // The runtime has no name for EROFS and a few others.
                SocketError.SocketError => Trouble.Of(
                    "the system refuses it, for example on a read-only file system",
                    "choose a path that can be written"
                ),
                _ => Trouble.Of(e.Message, "choose another path"),
            },
            e
        );
}
