using System.Net;
using System.Net.Sockets;
using NLog;
using Tunnel.Net;
using Tunnel.Relay;
using Tunnel.Tls;

namespace Tunnel.Services;

/// <summary>Every line about the tunnel as a whole; those about a session are in <see cref="SessionLog"/>.</summary>
internal static class TunnelLog
{
    private static readonly Logger _log = LogManager.GetLogger("tunnel");

    public static void Listening(string role, IPEndPoint endPoint, string far, string backend) =>
        _log.Info(
            "{Role:l} listening on {EndPoint:l}, forwarding to {Far:l}, TLS by {Backend:l}",
            role,
            endPoint.ToString(),
            far,
            backend
        );

    public static void TellsStatus(string path) => _log.Info("'tunnel status' is answered on {Path:l}", path);

    public static void AcceptPaused(IPEndPoint endPoint, SocketError error) =>
        _log.Warn(
            "cannot accept on {EndPoint:l} for now: {Reason:l}; waiting connections stay in the backlog",
            endPoint.ToString(),
            SocketErrors.Words(error)
        );

    public static void Notice(TlsNotice notice) =>
        _log.Log(notice.IsWarning ? LogLevel.Warn : LogLevel.Info, "{Notice:l}", notice.Text);

    public static void Totals(ConnectionTable table)
    {
        var (sent, received) = table.Bytes;
        _log.Info(
            "sessions: {Active} active, {Accepted} accepted, {Failed} not ended in order; bytes sent {BytesSent}, received {BytesReceived}",
            table.Active,
            table.Accepted,
            table.Failed,
            sent,
            received
        );
    }
}
