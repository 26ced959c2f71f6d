namespace Tunnel.Text;

/// <summary>How the process ends, for scripts and service managers.</summary>
public static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>It could not do its work: a port in use, a disk that is full.</summary>
    public const int Failed = 1;

    /// <summary>
    /// The command line, the configuration or a file it names has to be corrected; nothing was started.
    /// </summary>
    public const int BadInput = 2;

    /// <summary>
    /// Stopped as asked, but sessions were still live at the deadline, or at the second signal, and were cut.
    /// </summary>
    public const int SessionsCut = 3;

    /// <summary>
    /// From here on: <c>doctor</c>, <c>ping</c> and <c>check --connect</c>, by how far they came. This one:
    /// certificates and keys.
    /// </summary>
    public const int Certificates = 10;

    /// <summary>A name has no address.</summary>
    public const int Name = 11;

    /// <summary>No TCP connection to the server.</summary>
    public const int Tcp = 12;

    /// <summary>No TLS with the server, or its certificate is refused.</summary>
    public const int Tls = 13;

    /// <summary>The server turns us away.</summary>
    public const int Verdict = 14;

    /// <summary>The service behind the server is not reached.</summary>
    public const int Target = 15;

    /// <summary>A server's own listener does not work.</summary>
    public const int Listener = 16;
}
