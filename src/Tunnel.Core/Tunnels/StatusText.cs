using System.Globalization;
using System.Net;
using System.Reflection;
using Tunnel.Config;
using Tunnel.Sessions;

namespace Tunnel.Tunnels;

/// <summary>What a running tunnel says about itself: a line for each fact, <c>name: value</c>.</summary>
public static class StatusText
{
    private const string Role = "role: ";
    private const string Accepting = "state: accepting";
    private const string Draining = "state: draining";

    private static readonly string _version = typeof(StatusText)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    /// <param name="uptime">Since the start; shown in whole seconds.</param>
    public static string Of(
        TunnelRole role,
        bool draining,
        IEnumerable<IPEndPoint> listeners,
        SessionTable table,
        TimeSpan uptime
    )
    {
        var (sent, received) = table.Bytes;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Role}{role.Word()}
            {(draining ? Draining : Accepting)}
            listener: {string.Join(' ', listeners)}
            sessions_active: {table.Active}
            sessions_accepted: {table.Accepted}
            sessions_failed: {table.Failed}
            bytes_sent: {sent}
            bytes_received: {received}
            uptime_seconds: {(long)uptime.TotalSeconds}
            version: {_version}

            """
        );
    }

    /// <summary>True for accepting, false for draining, null when the text is not a tunnel's or not complete.</summary>
    public static bool? IsAccepting(string text)
    {
        var lines = text.Split('\n');
        return lines is not [var role, var state, .., ""] || !role.StartsWith(Role, StringComparison.Ordinal) ? null
            : state == Accepting ? true
            : state == Draining ? false
            : null;
    }
}
