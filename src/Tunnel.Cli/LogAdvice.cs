namespace Tunnel.Cli;

/// <summary>
/// Every line of the log that may be a warning or an error, explained. A test compares it with the source: a new line
/// without advice fails it.
/// </summary>
internal static class LogAdvice
{
    private const string Report = "Report it, with the lines below it.";

    /// <summary>The words are the lines as the source has them.</summary>
    public static IReadOnlyList<Advice> All { get; } = [.. OfTheProcess, .. OfTunnels, .. OfSessions];

    private static IEnumerable<Advice> OfTheProcess =>
        [
            new(
                "{title:l} could not start: {cause:l}",
                "The cause names the address, file or socket and says what is wrong.",
                "Do what the cause says, and start it again."
            ),
            new(
                "{signal:l}: live sessions are cut",
                "A second signal came while live sessions had time to finish.",
                "Send one signal only if they should finish."
            ),
            new(
                "stopped at once; sessions cut: {cut}",
                "The end after a second signal.",
                "Send one signal only if sessions should finish."
            ),
            new(
                "stopped at once; sessions cut: {cut}, and not all of them have ended",
                "Sessions that were cut did not end within 3 s: a bug of the tunnel.",
                Report
            ),
            new(
                "stopped after {shutdown_seconds} s; sessions still live and cut: {cut}",
                "timeouts.shutdown was over before all sessions had ended.",
                "Raise timeouts.shutdown, and what the service manager allows, if they must not be cut."
            ),
            new("internal error, please report it", "A bug of the tunnel ends the process.", Report),
            new(
                "metrics do not reach {target:l}: {cause:l}; see that a collector takes OTLP over HTTP there, or "
                    + "correct monitor.otlp.endpoint. It is tried again every {interval_seconds} s, and sessions go on",
                "The collector cannot be reached, or refuses them; another line says when it takes them again.",
                "Start the collector, or correct the URL: most take metrics at /v1/metrics of port 4318."
            ),
            new(
                "{lost_lines} log line missing from {sink:l}: {cause:l}",
                "The console or the log file did not take it: it is full, broken, or too slow.",
                "Make room, or see who holds the console; lower logging.level if it is too slow."
            ),
            new(
                "{lost_lines} log lines missing from {sink:l}: {cause:l}",
                "The console or the log file did not take them: it is full, broken, or too slow.",
                "Make room, or see who holds the console; lower logging.level if it is too slow."
            ),
            new(
                "{cause:l}: the new configuration is refused and nothing has changed; generation {generation} "
                    + "serves on",
                "A reload found faults; a line for each follows.",
                "Correct them, and reload; 'tunnel check' says whether all is right."
            ),
            new(
                "{cause:l}: {fault:l}",
                "One fault of a configuration that was refused.",
                "Do what it says, and reload."
            ),
            new(
                "logging, monitor or sandbox has changed too: that takes effect at the next start",
                "These sections are read once.",
                "Restart the process when it suits."
            ),
            new(
                "{file:l}: {subject:l} expires on {not_after:l}, in {left:l}: renew it, and no restart is needed",
                "A certificate of ours, or a CA in our files, ends within 30 days.",
                "Renew it and replace the file: it is read again by itself."
            ),
        ];

    private static IEnumerable<Advice> OfTunnels =>
        [
            new(
                "not listening on {listener:l}: {cause:l}",
                "A name stands for several addresses, and this machine does not have one of them.",
                "Write the address itself, or correct what the name stands for."
            ),
            new(
                "{role:l} could not start and tries again every {pause_seconds} s: {cause:l}",
                "One of several tunnels cannot listen; the others run.",
                "Stop whoever has its address, or change it; it starts by itself then."
            ),
            new(
                "cannot accept on {listener:l} for now: {cause:l}; waiting connections stay in the backlog",
                "The system has no file or no memory for another connection.",
                "Raise LimitNOFILE (ulimit -n) or the memory, or lower limits.sessions."
            ),
            new(
                "cut {evicted} {connections:l} that had not shown who they are, to make room for others ({limit:l} is "
                    + "reached): {silent} of them had not even sent a ClientHello; the last came from {address:l}. If "
                    + "these are good clients raise that limit; if not keep them away from the port (firewall)",
                "More strangers than there is room for.",
                "As it says."
            ),
            new(
                "target {target} is healthy again after {down_seconds} s",
                "It takes connections again.",
                Advice.Nothing
            ),
            new(
                "target {target} is unhealthy, the others are tried first: detail={detail:512}",
                "It could not be reached, or turned us away; the detail says which.",
                "Start it, or correct its address; it is tried again by itself."
            ),
            new(
                "target {target} is unhealthy: detail={detail:512}",
                "It could not be reached, or turned us away, and there is no other.",
                "Start it, or correct its address; it is tried again by itself."
            ),
            new(
                "{role:l} {identity} would not be let in now: {cause:l}; {sessions} live sessions of it {result:l}",
                "After a reload, or because a certificate has expired, the peer of live sessions is let in no more.",
                "Nothing if it was meant; otherwise correct the list, the CRL or the certificate."
            ),
            new(
                "{role:l} {identity} will not be let in after {not_after:l}, in {left:l}: {cause:l}",
                "The certificate of a peer, or of a CA above it, ends within 30 days.",
                "Have it renewed before."
            ),
            new("a look at the live sessions hit a bug of the tunnel itself, please report it", "A bug.", Report),
        ];

    private static IEnumerable<Advice> OfSessions =>
        [
            new(
                "session {session:l} hit a bug of the tunnel itself, please report it",
                "A bug; only this session ends.",
                Report
            ),
            new(
                "session {session:l} attempt {attempt} failed: reason={reason} retry_in_ms={retry_in_ms} "
                    + "target={target} detail={detail:512}",
                "A client could not reach the server in target, or was turned away.",
                "Look up the reason above; it tries again by itself."
            ),
            new(
                "session {session:l} given up: reason={reason} attempts={attempts} elapsed_ms={elapsed_ms} "
                    + "target={target} detail={detail:512}",
                "reconnect.max_elapsed was over before the server was reached.",
                "Look up the reason above; raise reconnect.max_elapsed if the application may wait longer."
            ),
            new(
                "session {session:l} given up, trying again cannot help: reason={reason} attempts={attempts} "
                    + "elapsed_ms={elapsed_ms} target={target} detail={detail:512}",
                "A verdict about a certificate, or something at that address that is no tunnel server.",
                "Look up the reason above."
            ),
            new(
                "session {session:l} refused the certificate of {party:l} {peer:l}: refusal={refusal} "
                    + "detail={detail:512} claimed={claimed:256} subject={subject:256} sans={sans:256} "
                    + "issuer={issuer:256} serial={serial:64} sha256={sha256} not_after={not_after}",
                "The peer's certificate is not good enough; the fields say which certificate it is.",
                "Look up the refusal above."
            ),
            new(
                "{kind:l}, {address:l}: {more} more in the last minute: reason={reason} detail={detail:512}",
                "The same failure again and again from the same address; its first line came before.",
                "Look up the reason above; if it is a stranger, keep that address away from the port."
            ),
            new(
                "{kind:l}: {more} more in the last minute",
                "More different failures than have lines of their own.",
                "Look at the lines before; level debug has all of them."
            ),
            new(
                "failures of many sources: {more} more in the last minute",
                "The same, at the end of a tunnel.",
                "Look at the lines before; level debug has all of them."
            ),
        ];
}
