using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>Messages that stand together in <c>docs/messages.md</c>, by the files that have them.</summary>
internal sealed partial record MessageGroup(string Title, string Words, Regex Files)
{
    /// <summary>The last one has what no other has.</summary>
    public static IReadOnlyList<MessageGroup> All { get; } =
    [
        new(
            "Certificates, keys, CAs, CRLs and other files",
            "Told behind the place in the configuration, the key and the file, by the start, a reload and "
                + "`tunnel check`; what is only dangerous is told as a warning.",
            OfFiles()
        ),
        new(
            "Names, addresses and sockets",
            "Why we cannot listen, connect or look up a name: behind the address at a start, and in `detail` of a "
                + "session or an attempt.",
            OfNet()
        ),
        new(
            "Handshakes and connections",
            "The words of `detail` where a handshake or a session failed.",
            OfConnections()
        ),
        new(
            "Messages that end a command, or refuse a reload",
            "Each names the file, address or socket that it is about, and says what to do.",
            Others()
        ),
    ];

    /// <param name="file">Its path below <c>src</c>.</param>
    public static MessageGroup Of(string file) => All.First(group => group.Files.IsMatch(file));

    [GeneratedRegex(
        "/Tls/(Files|Peers)/|/Text/UnreadableFile|/Tls/(HttpToken|TlsProfiles|CertificateReports)|/SslStreamEndpoint"
            + "|OpenSsl/(OpenSslContext|OpenSslEndpoint|NativeCrls|CrlInspection|CaNames|KeyExchangeGroups|Tickets/)"
            + "|/BackendChoice"
    )]
    private static partial Regex OfFiles();

    [GeneratedRegex("/Net/")]
    private static partial Regex OfNet();

    [GeneratedRegex("/Tls/|/Opening/|/Relay/|OpenSsl/")]
    private static partial Regex OfConnections();

    [GeneratedRegex("")]
    private static partial Regex Others();
}
