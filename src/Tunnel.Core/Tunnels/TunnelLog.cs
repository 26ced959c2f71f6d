using System.Net;
using System.Net.Sockets;
using NLog;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Sessions;
using Tunnel.Tls;

namespace Tunnel.Tunnels;

/// <summary>Every line about the tunnel as a whole; those about a session are in <see cref="SessionLog"/>.</summary>
internal static class TunnelLog
{
    public static void Listening(TunnelState tunnel, EndPoint endPoint, string backend) =>
        tunnel.Log.Info(
            "{role:l} listening on {listener:l}, forwarding to {target:l}, TLS by {backend:l}",
            tunnel.Plan.Role.Word(),
            endPoint.ToString(),
            tunnel.Plan.Forward.ToString(),
            backend
        );

    /// <summary>One of several addresses of a name that the machine does not have.</summary>
    public static void NotListening(ILogger log, IPEndPoint endPoint, string reason) =>
        log.Log(
            // It is normal that ::1 is in the hosts file of a machine without IPv6.
            IPAddress.IsLoopback(endPoint.Address)
                ? LogLevel.Info
                : LogLevel.Warn,
            "not listening on {listener:l}: {cause:l}",
            endPoint.ToString(),
            reason
        );

    /// <param name="pause">Until it tries again.</param>
    public static void NotStarted(TunnelSettings tunnel, string reason, TimeSpan pause) =>
        TunnelLogger
            .Of(tunnel.Name)
            .Warn(
                "{role:l} could not start and tries again every {pause_seconds} s: {cause:l}",
                tunnel.Role.Word(),
                pause.TotalSeconds,
                reason
            );

    public static void Changed(TunnelSettings tunnel) =>
        TunnelLogger
            .Of(tunnel.Name)
            .Info("{role:l} changed: new sessions and new attempts go by it, live sessions go on", tunnel.Role.Word());

    public static void Leaves(TunnelSettings tunnel) =>
        TunnelLogger
            .Of(tunnel.Name)
            .Info(
                "{role:l} is no longer configured: no new connections; live sessions have {shutdown_seconds} s "
                    + "to finish",
                tunnel.Role.Word(),
                tunnel.Timeouts.Shutdown.TotalSeconds
            );

    public static void Reloaded(string by, string words) =>
        TunnelLogger.OfProcess.Info("{cause:l}: configuration reloaded, {result:l}", by, words);

    /// <param name="words">A line for each fault.</param>
    public static void NotReloaded(string by, int generation, string words)
    {
        TunnelLogger.OfProcess.Warn(
            "{cause:l}: the new configuration is refused and nothing has changed; generation {generation} serves on",
            by,
            generation
        );
        foreach (var fault in words.Split('\n'))
        {
            TunnelLogger.OfProcess.Warn("{cause:l}: {fault:l}", by, fault);
        }
    }

    public static void NeedsRestart() =>
        TunnelLogger.OfProcess.Warn("logging, monitor or sandbox has changed too: that takes effect at the next start");

    public static void ExpiresSoon(FiledCertificate certificate, DateTimeOffset now) =>
        TunnelLogger.OfProcess.Warn(
            "{file:l}: {subject:l} expires on {not_after:l}, in {left:l}: renew it, and no restart is needed",
            certificate.File,
            certificate.Subject,
            Instants.Format(certificate.NotAfter),
            Instants.Format(certificate.NotAfter - now)
        );

    public static void AnswersStatus(string path) =>
        TunnelLogger.OfProcess.Info("'tunnel status' is answered on {path:l}", path);

    public static void AcceptPaused(ILogger log, EndPoint endPoint, SocketError error) =>
        log.Warn(
            "cannot accept on {listener:l} for now: {cause:l}; waiting connections stay in the backlog",
            endPoint.ToString(),
            SocketErrors.Words(error)
        );

    public static void Notice(ILogger log, TlsNotice notice) =>
        log.Log(notice.IsWarning ? LogLevel.Warn : LogLevel.Info, notice.Text);

    public static void Totals(ILogger log, SessionTable table)
    {
        var (sent, received) = table.Bytes;
        log.Info(
            "sessions: {active} active, {accepted} accepted, {failed} not ended in order; bytes sent {sent}, "
                + "received {received}",
            table.Active,
            table.Accepted,
            table.Failed,
            sent,
            received
        );
    }
}
