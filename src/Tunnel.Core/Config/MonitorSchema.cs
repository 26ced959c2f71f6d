using System.Net;
using static Tunnel.Config.NumberRules;
using static Tunnel.Config.SharedSections;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>The section <c>monitor</c>: each row is a key, its rule and its default.</summary>
internal static class MonitorSchema
{
    private const string Host = "host";
    private const string Token = "token_file";

    private static readonly ValueRule<IPAddress> _address = (text, out value) =>
    {
        // Of a fault the value is not used, but looked at.
        value = IPAddress.Loopback;
        if (HostRule.Host(text, out var host) is null && IPAddress.TryParse(host, out var address))
        {
            value = address;
            return null;
        }

        return "write an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0 for all of them";
    };

    private static readonly ValueRule<Uri> _url = (text, out value) =>
        Uri.TryCreate(text, UriKind.Absolute, out value!) && value is { Scheme: "http" or "https", UserInfo: "" }
            ? null
            : "write a URL, such as http://127.0.0.1:4318/v1/metrics";

    public static MonitorSettings Read(SectionReader section) =>
        new()
        {
            Interval = section.Optional("interval", SecondsOrOff(1, Day), new MonitorSettings().Interval),
            StatusSocket = section.OptionalFile("status_socket", SocketPath),
            WatchFiles = section.Optional("watch_files", TrueOrFalse, true),
            Http = Http(section.Section("http")),
            Otlp = Otlp(section.Section("otlp")),
        };

    private static HttpSettings? Http(SectionReader section)
    {
        var address = section.Optional(Host, _address, IPAddress.Loopback);
        var token = section.OptionalFile(Token, FilePath);
        if (section.Optional("port", Perhaps(ListenPort), null) is not { } port)
        {
            if (section.IsGiven(Token) || !IPAddress.IsLoopback(address))
            {
                section.Fault(
                    section.IsGiven(Token) ? Token : Host,
                    "is given without monitor.http.port",
                    "write the port as well, or remove this key"
                );
            }

            return null;
        }

        if (!IPAddress.IsLoopback(address) && token is null)
        {
            section.Fault(
                Host,
                $"is {YamlText.Quote(address.ToString())}, which others than this machine may reach, and "
                    + "monitor.http.token_file is missing",
                "name a file with a token that they have to show, or write 127.0.0.1"
            );
        }
        else if (!IPAddress.IsLoopback(address))
        {
            section.Warn(
                Host,
                $"is {YamlText.Quote(address.ToString())}: the token and all that is answered cross the network in "
                    + "the clear",
                "put a proxy with TLS before it unless you trust that network"
            );
        }

        return new HttpSettings(address, port, token is null ? null : token with { OwnerOnly = true });
    }

    private static OtlpSettings? Otlp(SectionReader section)
    {
        var interval = section.Optional("interval", Seconds(1, Hour), TimeSpan.FromMinutes(1));
        return section.Optional("endpoint", _url, null) is { } url ? new OtlpSettings(url, interval) : null;
    }
}
