using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Tunnel.Tests.TestKit;

/// <summary>Hands listening sockets to a process that is started, as systemd does (sd_listen_fds(3)).</summary>
internal static class Activation
{
    // fcntl(2)
    private const int SetDescriptorFlags = 2;

    /// <summary>The command that runs the command behind it with these sockets, as descriptors from 3 on.</summary>
    public static string[] Under(params (string Name, Socket Listener)[] sockets)
    {
        Needed.Program("bash");
        foreach (var (_, listener) in sockets)
        {
            // Without its flag FD_CLOEXEC, so that children inherit it.
            _ = Change((int)listener.Handle, SetDescriptorFlags, 0);
        }

        var moves = sockets.Select((socket, index) => $"{index + 3}<&{socket.Listener.Handle}");
        var names = string.Join(':', sockets.Select(socket => socket.Name));
        var script = string.Create(
            CultureInfo.InvariantCulture,
            $"exec {string.Join(' ', moves)}; "
                + $"exec env LISTEN_PID=$$ LISTEN_FDS={sockets.Length} LISTEN_FDNAMES={names} \"$@\""
        );
        return ["bash", "-c", script, "bash"];
    }

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Change(int descriptor, int command, int flags);
}
