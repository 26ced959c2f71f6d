namespace Tunnel.Config;

/// <summary>What the process gives up before it opens a listener, and keeps giving up until it ends.</summary>
public sealed record SandboxSettings
{
    /// <summary>Whether no program that it could start may have more rights than itself. Linux only.</summary>
    public bool NoNewPrivileges { get; init; } = true;

    /// <summary>
    /// Whether it can create, change and delete files only where its log and its Unix sockets are, and start no
    /// program. Where the kernel has Landlock.
    /// </summary>
    public bool Landlock { get; init; } = true;

    /// <summary>
    /// Whether system calls fail that a tunnel has no use for: starting programs, tracing, mounting, other users. Linux
    /// on x86-64 and arm64.
    /// </summary>
    public bool Seccomp { get; init; } = true;

    /// <summary>
    /// Whether a core dump may hold its memory, with keys and passwords in it, and whether debuggers of its own user
    /// may look at it. Linux only.
    /// </summary>
    public bool CoreDumps { get; init; }
}
