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
}
