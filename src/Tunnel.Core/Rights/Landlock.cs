using System.Runtime.InteropServices;

namespace Tunnel.Rights;

/// <summary>
/// Linux's sandbox for files (landlock(7)): nothing can be created, changed or deleted outside a few directories any
/// more, and no program started. Reading stays as it is: looking up names alone needs files that every system has
/// elsewhere, and that come anew with every change of the network.
/// </summary>
internal static class Landlock
{
    // syscall(2), the same on all architectures.
    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    // linux/landlock.h
    private const nint AskForVersion = 1;
    private const nint PathBeneathRule = 1;
    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong RemoveFile = 1 << 5;
    private const ulong MakeDirectory = 1 << 7;
    private const ulong MakeFile = 1 << 8;
    private const ulong MakeSocket = 1 << 9;

    // REMOVE_DIR, MAKE_CHAR, MAKE_FIFO, MAKE_BLOCK and MAKE_SYM, for which there is no use.
    private const ulong Others = 1 << 4 | 1 << 6 | 1 << 10 | 1 << 11 | 1 << 12;

    // From the third version of the interface on.
    private const ulong Truncate = 1 << 14;
    private const int VersionOfTruncate = 3;

    // open(2): O_PATH and O_CLOEXEC, the same on x86-64 and arm64.
    private const int AsPlace = 0x20_0000 | 0x8_0000;

    // errno(3)
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <returns>Null if it is done; else why it could not be.</returns>
    public static string? Confine(IEnumerable<string> writable)
    {
        var version = Call(CreateRuleset, 0, 0, AskForVersion);
        if (version < 0)
        {
            return Why();
        }

        var truncate = version >= VersionOfTruncate ? Truncate : 0;
        var write = WriteFile | RemoveFile | MakeDirectory | MakeFile | MakeSocket | truncate;
        var handled = write | Execute | Others;
        var rules = (int)Create(CreateRuleset, ref handled, sizeof(ulong), 0);
        if (rules < 0)
        {
            return Why();
        }

        try
        {
            foreach (var directory in writable)
            {
                Allow(rules, directory, write);
            }

            return Call(RestrictSelf, rules, 0, 0) == 0 ? null : Why();
        }
        finally
        {
            _ = Close(rules);
        }
    }

    /// <summary>Whoever wants to write to what cannot be allowed says so then.</summary>
    private static void Allow(int rules, string directory, ulong rights)
    {
        var place = Open(directory, AsPlace);
        if (place >= 0)
        {
            var beneath = new PathBeneath { Rights = rights, Place = place };
            _ = Add(AddRule, rules, PathBeneathRule, ref beneath, 0);
            _ = Close(place);
        }
    }

    private static string Why() =>
        Marshal.GetLastPInvokeError() switch
        {
            NotImplemented or NotSupported =>
                "this kernel has no Landlock (Linux 5.13 brought it, and its list of security modules must name it)",
            var other => Marshal.GetPInvokeErrorMessage(other),
        };

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Call(nint number, nint first, nint second, nint third);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Create(nint number, ref ulong handled, nint size, nint flags);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint Add(nint number, nint rules, nint kind, ref PathBeneath rule, nint flags);

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int file);

    /// <summary>struct landlock_path_beneath_attr, 12 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathBeneath
    {
        public ulong Rights;
        public int Place;
    }
}
