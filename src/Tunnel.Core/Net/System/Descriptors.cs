using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Further numbers for an open file (fcntl(2)); it is closed with the last of them.</summary>
internal static class Descriptors
{
    // include/uapi/linux/fcntl.h: F_DUPFD_CLOEXEC.
    private const int DuplicateFrom = 1030;

    /// <param name="from">The copy is the lowest free number that is not below this.</param>
    /// <exception cref="UnusableSocketException">There is no file left.</exception>
    public static int Copy(int descriptor, int from)
    {
        var copy = Control(descriptor, DuplicateFrom, from);
        return copy >= 0
            ? copy
            : throw new UnusableSocketException(
                Trouble.Of(
                    $"file descriptor {descriptor} cannot be copied: {Marshal.GetLastPInvokeErrorMessage()}",
                    "raise the limit of open files (ulimit -n, LimitNOFILE=)"
                )
            );
    }

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static extern int Control(int descriptor, int command, int argument);
}
