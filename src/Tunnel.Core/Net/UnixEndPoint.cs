using System.Net;
using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// One end of a connection inside this machine (unix(7)). Whoever connects usually has no name; then the log shows the
/// process instead.
/// </summary>
/// <param name="name">
/// A path, or after an @ a name of Linux's abstract namespace; at most 107 bytes. Null: it has none.
/// </param>
/// <param name="process">Who connected, where the system says it.</param>
public sealed class UnixEndPoint(string? name, UnixProcess? process = null) : EndPoint
{
    /// <summary>What <see cref="ToString"/> begins with.</summary>
    public const string Prefix = "unix:";

    /// <summary>A name in the abstract namespace begins with this.</summary>
    public const char AbstractMark = '@';

    public override AddressFamily AddressFamily => AddressFamily.Unix;

    /// <summary>There is no file, and so neither mode nor owner: every process of the machine can connect.</summary>
    public bool IsAbstract => name?.StartsWith(AbstractMark) == true;

    /// <summary>Of the file; null when there is none.</summary>
    public string? Path => IsAbstract ? null : name;

    public UnixProcess? Process => process;

    /// <summary>As the system takes it.</summary>
    public UnixDomainSocketEndPoint ToSystem() => new(IsAbstract ? '\0' + name![1..] : name!);

    /// <summary>The same name, and the same process.</summary>
    public override bool Equals(object? obj) => obj is UnixEndPoint other && ToString() == other.ToString();

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary><c>unix:/run/x.sock</c>, <c>unix:@name</c>, or <c>unix:pid=42,uid=1000</c>.</summary>
    public override string ToString() => Prefix + (name ?? process?.ToString());
}

/// <summary>A process at the time it connected.</summary>
public sealed record UnixProcess(int Id, uint UserId)
{
    public override string ToString() => $"pid={Id},uid={UserId}";
}
