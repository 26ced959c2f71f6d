using System.Globalization;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>
/// The keepalive of another process's connections: two minutes, as the README says, which a test makes seconds. For
/// that it takes the same sockets (pidfd_getfd(2)), as root may.
/// </summary>
internal static class KeepAlive
{
    // asm-generic/unistd.h, asm-generic/socket.h, linux/tcp.h
    private const long PidFdOpen = 434;
    private const long PidFdGetFd = 438;
    private const int SolSocket = 1;
    private const int SoKeepAlive = 9;
    private const int SoAcceptConn = 30;
    private const int SoDomain = 39;
    private const int AfInet = 2;
    private const int IpProtoTcp = 6;
    private const int Idle = 4;
    private const int Interval = 5;
    private const int Probes = 6;

    /// <summary>
    /// Checks that every connection has keepalive as it is promised, and then makes it fire after 2 s.
    /// </summary>
    public static void Hasten(int process)
    {
        var handle = (int)syscall(PidFdOpen, process, 0, 0);
        Assert.That(handle, Is.GreaterThan(0), "pidfd_open");
        var connections = 0;
        foreach (var entry in Directory.GetFileSystemEntries($"/proc/{process}/fd"))
        {
            var number = int.Parse(Path.GetFileName(entry), CultureInfo.InvariantCulture);
            var socket = (int)syscall(PidFdGetFd, handle, number, 0);
            if (socket >= 0)
            {
                connections += Hasten(socket, SolSocket) ? 1 : 0;
                _ = close(socket);
            }
        }

        _ = close(handle);
        Assert.That(connections, Is.GreaterThan(0), $"process {process} has no connections");
    }

    private static bool Hasten(int socket, int level)
    {
        if (Get(socket, level, SoDomain) != AfInet || Get(socket, level, SoAcceptConn) != 0)
        {
            return false;
        }

        Assert.That(
            (
                Get(socket, level, SoKeepAlive),
                Get(socket, IpProtoTcp, Idle),
                Get(socket, IpProtoTcp, Interval),
                Get(socket, IpProtoTcp, Probes)
            ),
            Is.EqualTo((1, 60, 15, 4)),
            "keepalive of a connection"
        );
        Set(socket, Interval, 1);
        Set(socket, Probes, 1);
        Set(socket, Idle, 1);
        return true;
    }

    /// <returns>-1 where there is no such option: it is no socket.</returns>
    private static int Get(int socket, int level, int name)
    {
        var length = sizeof(int);
        return getsockopt(socket, level, name, out var value, ref length) == 0 ? value : -1;
    }

    private static void Set(int socket, int name, int value) =>
        Assert.That(setsockopt(socket, IpProtoTcp, name, ref value, sizeof(int)), Is.Zero, "setsockopt");

    [DllImport("libc", SetLastError = true)]
    private static extern long syscall(long number, long first, long second, long third);

    [DllImport("libc")]
    private static extern int getsockopt(int socket, int level, int name, out int value, ref int length);

    [DllImport("libc")]
    private static extern int setsockopt(int socket, int level, int name, ref int value, int length);

    [DllImport("libc")]
    private static extern int close(int file);
}
