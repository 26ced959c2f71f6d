using System.Globalization;
using System.Runtime.InteropServices;

namespace Tunnel.Net;

/// <summary>Gives files to other users and groups (chown(2)).</summary>
internal static class FileOwner
{
    // chown(2): "If the owner or group is specified as -1, then that ID is not changed."
    private const uint Unchanged = uint.MaxValue;

    // pwd.h and grp.h: after two pointers, the user's number in the one and the group's in the other.
    private static readonly int _numberOffset = 2 * IntPtr.Size;

    private const int Eperm = 1;

    // The functions of the system return a structure of their own that the next call overwrites.
    private static readonly Lock _lock = new();

    /// <summary>Why no file can be given to it: this machine has no such user or group. Null: it has.</summary>
    /// <param name="owner"><c>user</c>, <c>user:group</c> or <c>:group</c>, by name or number.</param>
    public static Trouble? WhyUnknown(string owner) => Find(owner).Lack;

    /// <param name="owner">As in <see cref="WhyUnknown"/>; null: no change.</param>
    /// <exception cref="UnusableSocketException">
    /// There is no such user or group, or we may not; the message says which.
    /// </exception>
    public static void Give(string path, string? owner)
    {
        if (owner is null)
        {
            return;
        }

        var (userId, groupId, lack) = Find(owner);
        if (lack is not null)
        {
            throw new UnusableSocketException(lack);
        }

        if (Change(path, userId, groupId) == 0)
        {
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        throw new UnusableSocketException(
            error == Eperm
                ? Trouble.Of(
                    $"this user may not give its file to {owner}: only root can give files to another user, and "
                        + "others only to groups of their own",
                    "start the tunnel as that user, or name a group of this one"
                )
                : Trouble.Of(
                    $"its file cannot be given to {owner}: {Marshal.GetPInvokeErrorMessage(error)}",
                    "choose a path on another file system, or leave the owner out"
                )
        );
    }

    private static (uint User, uint Group, Trouble? Lack) Find(string owner)
    {
        var (user, group) = owner.Split(':') is [var first, var second] ? (first, second) : (owner, "");
        var (userId, noUser) = Find(user, "user", UserNamed);
        var (groupId, noGroup) = Find(group, "group", GroupNamed);
        return (userId, groupId, noUser ?? noGroup);
    }

    private static (uint Id, Trouble? Lack) Find(string name, string kind, Func<string, IntPtr> entryOf)
    {
        if (name.Length == 0)
        {
            return (Unchanged, null);
        }

        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return (number, null);
        }

        lock (_lock)
        {
            var entry = entryOf(name);
            return entry != IntPtr.Zero
                ? ((uint)Marshal.ReadInt32(entry, _numberOffset), null)
                : (Unchanged, Trouble.Of($"this machine has no {kind} '{name}'", "correct the owner"));
        }
    }

    [DllImport("libc", EntryPoint = "getpwnam", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern IntPtr UserNamed([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "getgrnam", CharSet = CharSet.Ansi, BestFitMapping = false)]
    private static extern IntPtr GroupNamed([MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "lchown", CharSet = CharSet.Ansi, BestFitMapping = false, SetLastError = true)]
    private static extern int Change([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint user, uint group);
}
