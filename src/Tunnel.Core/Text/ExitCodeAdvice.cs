using System.Globalization;

namespace Tunnel.Text;

/// <summary>The exit codes, explained; the help texts show the causes.</summary>
public static class ExitCodeAdvice
{
    /// <summary>In their order; the word is the number.</summary>
    public static IReadOnlyList<Advice> All { get; } =
    [
        Of(ExitCodes.Ok, "done", Advice.Nothing),
        Of(
            ExitCodes.Failed,
            "could not do its work: a port in use, a disk that is full",
            "Do what the message says, and start it again; a service manager may do that by itself."
        ),
        Of(
            ExitCodes.BadInput,
            "the command line, the configuration or a file it names must be corrected",
            "Correct what the messages name: starting it again as it is cannot help."
        ),
        Of(
            ExitCodes.SessionsCut,
            "stopped, but sessions were still live at the deadline and were cut",
            "Raise timeouts.shutdown, and what the service manager allows, if they must not be."
        ),
        Rung(ExitCodes.Certificates, "a certificate, key or CRL cannot be used: missing, damaged, expired, of no use"),
        Rung(ExitCodes.Name, "a name has no address"),
        Rung(ExitCodes.Tcp, "no TCP connection to the server"),
        Rung(ExitCodes.Tls, "no TLS with the server, or its certificate is refused"),
        Rung(ExitCodes.Verdict, "the server turns us away"),
        Rung(ExitCodes.Target, "the service behind the server is not reached"),
        Rung(ExitCodes.Listener, "a server's own listener does not work"),
    ];

    /// <summary>Of the commands that go the way of a session, which say what to do.</summary>
    private static Advice Rung(int code, string cause) =>
        Of(code, cause, "Of doctor, ping and check --connect: do what they say behind 'what to do'.");

    private static Advice Of(int code, string cause, string remedy) =>
        new(code.ToString(CultureInfo.InvariantCulture), cause, remedy);
}
