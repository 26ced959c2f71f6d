using System.Net.Sockets;

namespace Tunnel.Net;

/// <summary>
/// Why a name has no address, in plain words. Each begins with "the name", because the name itself comes before it.
/// </summary>
internal static class ResolverErrors
{
    public static readonly Trouble NoAddress = Trouble.Of(
        "the name exists, but has no address (no A or AAAA record)",
        "add one, or write another name"
    );

    public static readonly Trouble NoAnswerYet = Trouble.Of(
        "the name servers have not answered so far (see /etc/resolv.conf, and whether they can be reached)",
        CorrectServers
    );

    private const string CorrectServers = "correct them, or write an address instead of the name";
    private const string AskAsTunnel = "'getent hosts' asks for it as the tunnel does";

    // netdb.h; glibc and musl agree.
    private const int NoName = -2;
    private const int TryAgain = -3;
    private const int Fail = -4;
    private const int NoData = -5;
    private const int AddressFamily = -9;
    private const int Memory = -10;
    private const int System = -11;

    private const int TooManyFiles = 24;
    private const int TooManyFilesOfSystem = 23;

    // What resolv.conf(5) calls "timeout" is a whole number of seconds, at least one: a quicker result is an answer.
    private static readonly TimeSpan _shortestSilence = TimeSpan.FromSeconds(1);

    /// <summary>What another part of the system says.</summary>
    public static Trouble OfSystem(string message) =>
        Trouble.Of($"the name could not be looked up: {message}", AskAsTunnel);

    /// <param name="error">What getaddrinfo(3) returned.</param>
    /// <param name="systemError">errno(3), which counts for EAI_SYSTEM alone.</param>
    /// <param name="took">How long it took.</param>
    public static Trouble Of(int error, int systemError, TimeSpan took) =>
        error switch
        {
            NoName => Trouble.Of(
                "the name does not exist (NXDOMAIN, and not in /etc/hosts)",
                "correct it, or add it there"
            ),
            NoData => NoAddress,
            TryAgain when took >= _shortestSilence => Trouble.Of(
                "the name servers did not answer (timeout; see /etc/resolv.conf, and whether they can be reached)",
                CorrectServers
            ),
            TryAgain => Trouble.Of(
                "the name server reported a failure (SERVFAIL), or none can be reached (see /etc/resolv.conf)",
                CorrectServers
            ),
            Fail => Trouble.Of("the name server refused to answer, or its answer cannot be used", CorrectServers),
            AddressFamily => Trouble.Of(
                "the name has no address of a kind that this machine can use",
                "switch on the other kind (IPv6), or give the name another address"
            ),
            Memory => Trouble.Of("the name could not be looked up: out of memory", "give the machine more"),
            System when systemError is TooManyFiles or TooManyFilesOfSystem => SocketErrors
                .Of(SocketError.TooManyOpenSockets)
                .Behind("the name could not be looked up: "),
            _ => Trouble.Of(
                $"the name could not be looked up (getaddrinfo error {error}, errno {systemError})",
                AskAsTunnel
            ),
        };
}
