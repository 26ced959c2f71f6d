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
    private static readonly Logger _log = LogManager.GetLogger("tunnel");

    public static void Listening(TunnelPlan plan, IPEndPoint endPoint, string backend) =>
        _log.Info(
            "{role:l} listening on {listener:l}, forwarding to {target:l}, TLS by {backend:l}",
            plan.Role.Word(),
            endPoint.ToString(),
            plan.Forward.ToString(),
            backend
        );

    /// <summary>One of several addresses of a name that the machine does not have.</summary>
    public static void NotListening(IPEndPoint endPoint, string reason) =>
        _log.Log(
            // It is normal that ::1 is in the hosts file of a machine without IPv6.
            IPAddress.IsLoopback(endPoint.Address)
                ? LogLevel.Info
                : LogLevel.Warn,
            "not listening on {listener:l}: {cause:l}",
            endPoint.ToString(),
            reason
        );

    public static void AnswersStatus(string path) => _log.Info("'tunnel status' is answered on {path:l}", path);

    public static void AcceptPaused(IPEndPoint endPoint, SocketError error) =>
        _log.Warn(
            "cannot accept on {listener:l} for now: {cause:l}; waiting connections stay in the backlog",
            endPoint.ToString(),
            SocketErrors.Words(error)
        );

    public static void Notice(TlsNotice notice) =>
        _log.Log(notice.IsWarning ? LogLevel.Warn : LogLevel.Info, notice.Text);

    public static void Totals(SessionTable table)
    {
        var (sent, received) = table.Bytes;
        _log.Info(
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
