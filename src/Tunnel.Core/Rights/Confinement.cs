using System.Runtime.InteropServices;
using Tunnel.Config;

namespace Tunnel.Rights;

/// <summary>
/// Gives up what the process does not need, for good (prctl(2)). Threads pass it on to those that they start, so this
/// is for the thread that runs first, before it has started others. The runtime's own that are there already, such as
/// that for finalizers, start none and keep what they have.
/// </summary>
public static class Confinement
{
    // linux/prctl.h
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;

    /// <returns>What could not be given up, a sentence each; nothing to do is no failure.</returns>
    public static IReadOnlyList<string> Enter(SandboxSettings settings)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var failures = new List<string>();
        if (settings.NoNewPrivileges && Prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            failures.Add(Failure("no_new_privileges"));
        }

        if (!settings.CoreDumps && Prctl(SetDumpable, 0, 0, 0, 0) != 0)
        {
            failures.Add(Failure("core_dumps"));
        }

        return failures;
    }

    private static string Failure(string key) =>
        $"sandbox.{key} has no effect: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}";

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Prctl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
