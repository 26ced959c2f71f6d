namespace Tunnel.Cli;

/// <summary>
/// Every line of the log that says what happens, at level info, and what it means. A test compares it with the source:
/// a new line without its meaning fails it.
/// </summary>
internal static class LogNews
{
    /// <summary>The lines as the source has them; <c>…</c> stands for fields that not all sessions have.</summary>
    public static IReadOnlyList<(string Line, string Meaning)> All { get; } = [.. OfTheProcess, .. OfTunnels];

    private static IEnumerable<(string, string)> OfTheProcess =>
        [
            ("{product:l} {title:l}", "The first line: which version starts, and as what."),
            ("status, metrics and a page at {listener:l}", "monitor.http answers there."),
            (
                "metrics are sent to {target:l} every {interval_seconds} s",
                "monitor.otlp is on; a warning says when they do not arrive."
            ),
            (
                "metrics reach {target:l} again; {lost_exports} exports were lost",
                "The collector takes them again, after the warning that it did not."
            ),
            ("'tunnel status' is answered on {path:l}", "monitor.status_socket is open: the commands may ask."),
            ("{cause:l}: configuration reloaded, {result:l}", "A reload was accepted; the result counts the tunnels."),
            ("{signal:l}: the configuration is read again", "SIGHUP asks for a reload; its result follows."),
            (
                "{signal:l}: the log file is reopened, and the configuration is read again",
                "SIGHUP asks for both; the result of the reload follows."
            ),
            ("{signal:l}: the log file is reopened", "SIGUSR1, as after a rotation."),
            ("{signal:l}: there is no log file to reopen", "SIGUSR1 although logging.log_file is not set."),
            ("{signal:l}: ignored", "A signal that means nothing to a tunnel."),
            ("{signal:l}: stopped before it listened", "The end, while it was still starting."),
            (
                "{signal:l}: the status says draining; connections are accepted for {delay_seconds} s more "
                    + "(shutdown.delay)",
                "The stop has begun: load balancers have this time to notice."
            ),
            (
                "{signal:l}: no new connections; live sessions have {shutdown_seconds} s to finish; a second signal "
                    + "cuts them",
                "The listeners are closed; the process ends when the last session has."
            ),
            ("stopped; every session had ended", "The end, in order: exit code 0."),
        ];

    private static IEnumerable<(string, string)> OfTunnels =>
        [
            (
                "{role:l} listening on {listener:l}, forwarding to {target:l}, TLS by {backend:l}",
                "The tunnel accepts connections there and takes them to the target; a line for each address."
            ),
            (
                "{role:l} changed: new sessions and new attempts go by it, live sessions go on",
                "A reload has changed this tunnel."
            ),
            (
                "{role:l} is no longer configured: no new connections; live sessions have {shutdown_seconds} s to "
                    + "finish",
                "A reload has removed this tunnel."
            ),
            (
                "sessions: {active} active, {accepted} accepted, {failed} not ended in order; bytes sent {sent}, "
                    + "received {received}",
                "The totals since the start, every so often while they change."
            ),
            (
                "session {session:l} of {party:l} {identity}, {peer:l}: {cause:l}",
                "An entry of access on trial (audit) would have judged this peer otherwise."
            ),
            (
                "session {session:l} begins: …target={target} tls={tls} cipher={cipher} group={group} "
                    + "resumed={resumed} backend={backend} handshake_ms={handshake_ms} connect_ms={connect_ms} "
                    + "remote_id={remote_id:64}",
                "Both sides are connected, and bytes flow; who it is stands where the dots are."
            ),
            (
                "session {session:l} goes on: age_seconds={age_seconds} sent={sent} received={received} peer={peer} "
                    + "identity={identity} target={target}",
                "A sign of life of a long session."
            ),
            (
                "session {session:l} closed: closed_by={closed_by} reason={reason} sent={sent} received={received} "
                    + "…claimed={claimed:256} target={target} tls={tls} cipher={cipher} group={group} "
                    + "resumed={resumed} backend={backend} handshake_ms={handshake_ms} connect_ms={connect_ms} "
                    + "total_ms={total_ms} remote_id={remote_id:64} detail={detail:512}",
                "The last line of each session: reason says how it ended (first table), detail what else is known."
            ),
        ];
}
