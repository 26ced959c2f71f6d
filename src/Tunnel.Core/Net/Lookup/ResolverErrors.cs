namespace Tunnel.Net;

/// <summary>
/// Why a name has no address, in plain words. Each begins with "the name", because the name itself comes before it.
/// </summary>
internal static class ResolverErrors
{
    public const string NoAddress = "the name exists, but has no address (no A or AAAA record)";

    public const string NoAnswerYet =
        "the name servers have not answered so far (see /etc/resolv.conf, and whether they can be reached)";

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

    /// <param name="error">What getaddrinfo(3) returned.</param>
    /// <param name="systemError">errno(3), which counts for EAI_SYSTEM alone.</param>
    /// <param name="took">How long it took.</param>
    public static string Words(int error, int systemError, TimeSpan took) =>
        error switch
        {
            NoName => "the name does not exist (NXDOMAIN, and not in /etc/hosts)",
            NoData => NoAddress,
            TryAgain when took >= _shortestSilence =>
                "the name servers did not answer (timeout; see /etc/resolv.conf, and whether they can be reached)",
            TryAgain => "the name server reported a failure (SERVFAIL), or none can be reached (see /etc/resolv.conf)",
            Fail => "the name server refused to answer, or its answer cannot be used",
            AddressFamily => "the name has no address of a kind that this machine can use",
            Memory => "the name could not be looked up: out of memory",
            System when systemError is TooManyFiles or TooManyFilesOfSystem => "the name could not be looked up: "
                + SocketErrors.TooManyFiles,
            _ => $"the name could not be looked up (getaddrinfo error {error}, errno {systemError})",
        };
}
