using System.Globalization;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Config;

/// <summary>
/// Settings as somebody would write them. Style 0: block with single quotes; 1: block with double quotes; 2: braces
/// with double quotes.
/// </summary>
internal static class SettingsYaml
{
    public static string OfClient(ProcessSettings process, int style) =>
        OfClient(process.Tunnels.Single(), Shared(process, style), style);

    private static string OfClient(TunnelSettings settings, string shared, int style) =>
        Section(
            "remote_server",
            style,
            [
                .. To(settings.Forward, "servers"),
                ("server_ca_cert", settings.Tls.PeerCaFile?.Path),
                ("server_name", settings.Tls.ServerName),
            ]
        )
        + Section("local_listener", style, At(settings.Listen[0]))
        + Section("tls", style, Tls(settings.Tls, "client"))
        + Section(
            "reconnect",
            style,
            [
                ("initial_delay", Seconds(settings.Reconnect?.InitialDelay)),
                ("max_delay", Seconds(settings.Reconnect?.MaxDelay)),
                ("max_elapsed", Seconds(settings.Reconnect?.MaxElapsed)),
            ]
        )
        + shared;

    public static string OfServer(ProcessSettings process, int style) =>
        OfServer(process.Tunnels.Single(), Shared(process, style), style);

    private static string OfServer(TunnelSettings settings, string shared, int style) =>
        shared
        + Section(
            "server_listener",
            style,
            [
                .. At(settings.Listen[0]),
                ("proxy_protocol_from", settings.Proxy.From.Select(network => network.ToString()).ToArray()),
            ]
        )
        + Section(
            "target_service",
            style,
            [
                .. To(settings.Forward, "targets"),
                ("proxy_protocol", settings.Proxy.ToTarget.ToString().ToLowerInvariant()),
            ]
        )
        + Section(
            "tls",
            style,
            [
                .. Tls(settings.Tls, "server"),
                ("client_ca_cert", settings.Tls.PeerCaFile?.Path),
                ("allowed_client_cns", settings.Tls.AllowedClientNames),
                ("ticket_keys", settings.Tls.TicketKeyFile?.Path),
            ]
        );

    private static string Shared(ProcessSettings process, int style) =>
        Shared(process.Tunnels.Single().Timeouts, process.Logging, process.Monitor, style);

    private static string Shared(
        TimeoutSettings timeouts,
        LoggingSettings logging,
        MonitorSettings monitor,
        int style
    ) =>
        Section(
            "timeouts",
            style,
            [
                ("connect", Seconds(timeouts.Connect)),
                ("handshake", Seconds(timeouts.Handshake)),
                ("idle", Seconds(timeouts.Idle)),
                ("write", Seconds(timeouts.Write)),
                ("half_close", Seconds(timeouts.HalfClose)),
                ("shutdown", Seconds(timeouts.Shutdown)),
            ]
        )
        + Section(
            "logging",
            style,
            [
                ("level", logging.Level.ToString()),
                ("format", logging.Format.ToString().ToLowerInvariant()),
                ("console", logging.Console?.ToString()),
                ("sessions", logging.Sessions.ToString()),
                ("session_interval", Seconds(logging.SessionInterval)),
                ("log_file", logging.LogFile),
                ("max_size_mib", logging.MaxSizeMiB),
                ("max_age_days", logging.MaxAgeDays),
                ("max_files", logging.MaxFiles),
            ]
        )
        + Section(
            "monitor",
            style,
            [
                ("interval", Seconds(monitor.Interval)),
                ("status_socket", monitor.StatusSocket?.Path),
                ("watch_files", monitor.WatchFiles.ToString().ToLowerInvariant()),
                ("http", monitor.Http),
                ("otlp", monitor.Otlp),
            ]
        );

    private static (string Key, object? Value)[] To(ForwardSettings forward, string list) =>
        [
            .. forward.Targets is [var only] ? At(only.Address) : [(list, forward)],
            ("policy", forward.Policy.Word()),
            ("health_check_interval", Seconds(forward.HealthCheckInterval)),
        ];

    private static (string Key, object? Value)[] At(Address address) =>
        [("host", address.Host()), ("port", address.Port())];

    private static (string Key, object? Value)[] Tls(TlsSettings tls, string role) =>
        [
            ($"{role}_cert", tls.CertFile?.Path),
            ($"{role}_key", tls.KeyFile?.Path),
            ($"{role}_key_password_file", tls.KeyPasswordFile?.Path),
            ($"{role}_key_password_env", tls.KeyPasswordEnv),
            ("profile", tls.Profile.Word()),
            ("require", tls.Require.Word()),
            ("min_version", tls.MinVersion),
        ];

    private static string Seconds(TimeSpan? time) =>
        time is { } value
            ? ((decimal)value.Ticks / TimeSpan.TicksPerSecond).ToString(CultureInfo.InvariantCulture)
            : "off";

    private static string Section(string name, int style, (string Key, object? Value)[] entries)
    {
        var written = entries.Select(entry => $"{entry.Key}: {Value(entry.Value, style)}");
        return style == 2
            ? $"{name}: {{ {string.Join(", ", written)} }}\n"
            : $"{name}:\n  {string.Join("\n  ", written)}\n";
    }

    private static string Value(object? value, int style) =>
        value switch
        {
            null => "",
            string text when style == 0 => $"'{text.Replace("'", "''")}'",
            string text => $"\"{text.Replace("\\", "\\\\")}\"",
            ForwardSettings several => $"[{string.Join(", ", several.Targets.Select(one => Value(one, style)))}]",
            TargetSettings one => "{ "
                + string.Join(", ", At(one.Address).Select(key => $"{key.Key}: {Value(key.Value, style)}"))
                + " }",
            HttpSettings http => MonitorSamples.Write(http, text => Value(text, style)),
            OtlpSettings otlp => MonitorSamples.Write(otlp, text => Value(text, style)),
            IReadOnlyList<string> list => $"[{string.Join(", ", list.Select(item => Value(item, style)))}]",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
