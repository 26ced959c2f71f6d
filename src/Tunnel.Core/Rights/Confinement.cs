using System.Runtime.InteropServices;
using Tunnel.Config;

namespace Tunnel.Rights;

/// <summary>
/// Gives up what the process does not need, for good (prctl(2), landlock(7), seccomp(2)). Threads pass it on to those
/// that they start, so this is for the thread that runs first, before it has started others. The runtime's own that are
/// there already, such as that for finalizers, start none; the filter for system calls, and with it that for
/// privileges, is for them as well, and Landlock is not.
/// </summary>
public static class Confinement
{
    // linux/prctl.h
    private const int SetDumpable = 4;
    private const int SetNoNewPrivileges = 38;

    /// <returns>What could not be given up, a sentence each; nothing to do is no failure.</returns>
    public static IReadOnlyList<string> Enter(ProcessSettings process)
    {
        var settings = process.Sandbox;
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var failures = new List<string>();
        if (settings.NoNewPrivileges && Prctl(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            failures.Add(Failure("no_new_privileges", LastError()));
        }

        if (!settings.CoreDumps && Prctl(SetDumpable, 0, 0, 0, 0) != 0)
        {
            failures.Add(Failure("core_dumps", LastError()));
        }

        if (settings.Landlock && Landlock.Confine(Writable(process).Distinct()) is { } why)
        {
            failures.Add(Failure("landlock", why));
        }

        if (settings.Seccomp && Seccomp.Confine() is { } reason)
        {
            failures.Add(Failure("seccomp", reason));
        }

        return failures;
    }

    /// <summary>Directories, because files in them are replaced and rotated.</summary>
    private static IEnumerable<string> Writable(ProcessSettings process)
    {
        if (process.Logging.LogFile is { } file)
        {
            var directory = DirectoryOf(file);
            yield return Existing(directory);
            // A directory that is deleted with its logs is made again.
            yield return Path.GetDirectoryName(directory) is { Length: > 1 } parent ? Existing(parent) : directory;
            if (TargetOf(file) is { } target)
            {
                yield return DirectoryOf(target);
            }
        }

        var sockets = process
            .Tunnels.SelectMany(tunnel => tunnel.Listen)
            .OfType<UnixAddress>()
            .Select(address => address.Name)
            .Where(name => !name.StartsWith('@'));
        foreach (var socket in process.Monitor.StatusSocket is { } status ? sockets.Append(status.Path) : sockets)
        {
            yield return DirectoryOf(socket);
        }
    }

    private static string? TargetOf(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens it says so.
            return null;
        }
    }

    private static string DirectoryOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";

    private static string Existing(string directory)
    {
        while (!Directory.Exists(directory) && Path.GetDirectoryName(directory) is { } above)
        {
            directory = above;
        }

        return directory;
    }

    private static string Failure(string key, string why) =>
        Trouble
            .Of(
                $"sandbox.{key} has no effect: {why}",
                "the tunnel runs without it; mend that, or write false to say that it is known"
            )
            .ToString();

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    [DllImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static extern int Prctl(int option, nuint first, nuint second, nuint third, nuint fourth);
}
