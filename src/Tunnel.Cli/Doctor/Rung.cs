namespace Tunnel.Cli.Doctor;

/// <summary>The rungs of the ladder between a tunnel and the service, in the order in which they are climbed.</summary>
internal enum Rung
{
    /// <summary>The configuration.</summary>
    File,

    /// <summary>The files that it names.</summary>
    Certificates,

    /// <summary>Server: where its clients connect.</summary>
    Listener,

    /// <summary>From a name to addresses.</summary>
    Name,

    Tcp,

    Tls,

    /// <summary>What the server says of us.</summary>
    Verdict,

    /// <summary>The service behind the server.</summary>
    Target,
}

/// <summary>How the process ends for each of them.</summary>
internal static class RungCodes
{
    public static int ExitCode(this Rung rung) =>
        rung switch
        {
            Rung.Certificates => ExitCodes.Certificates,
            Rung.Listener => ExitCodes.Listener,
            Rung.Name => ExitCodes.Name,
            Rung.Tcp => ExitCodes.Tcp,
            Rung.Tls => ExitCodes.Tls,
            Rung.Verdict => ExitCodes.Verdict,
            Rung.Target => ExitCodes.Target,
            _ => ExitCodes.BadInput,
        };
}
