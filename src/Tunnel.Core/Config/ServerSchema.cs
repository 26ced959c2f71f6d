using System.Net;
using static Tunnel.Config.NumberRules;
using static Tunnel.Config.SharedSections;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>The server's file: each row is a key, its rule and its default.</summary>
internal static class ServerSchema
{
    /// <summary>The sections that tell a server's file from a client's.</summary>
    public static readonly string[] OwnSections = ["server_listener", "target_service"];

    // More than a machine has files and ports for.
    private const int Million = 1_000_000;
    private const long Mebibyte = 1 << 20;

    private const string BlankMeansEverybody =
        "name the PEM file of the CA that signs your clients' certificates, or leave the value blank to let "
        + "everybody in "
        + "without a certificate";

    public static TunnelSettings Read(SectionReader root)
    {
        var listener = root.Section("server_listener");
        var target = root.Section("target_service");
        var tls = root.Section("tls");
        var listen = AddressRules.Listeners(listener);
        var forward = ForwardRules.Read(target, "targets", listen, "server_listener");
        var settings = new TunnelSettings(
            TunnelRole.Server,
            listen,
            forward,
            Tls: WithSecrets(
                tls,
                CommonTls(tls) with
                {
                    CertFile = tls.RequiredFile("server_cert", FilePath),
                    KeyFile = tls.RequiredFile("server_key", FilePath),
                    KeyPasswordFile = tls.OptionalFile("server_key_password_file", FilePath),
                    KeyPasswordEnv = tls.Optional("server_key_password_env", EnvironmentVariable, null),
                    PeerCaFile = tls.RequiredFileOrBlank("client_ca_cert", FilePath, BlankMeansEverybody),
                    AllowedClientNames = tls.OptionalList("allowed_client_cns", PeerName),
                    TicketKeyFile = tls.OptionalFile("ticket_keys", FilePath),
                }
            ),
            Timeouts: Timeouts(root.Section("timeouts")),
            Reconnect: null
        )
        {
            Proxy = new ProxySettings
            {
                From = listener.OptionalList("proxy_protocol_from", NetworkRule.Network),
                ToTarget = target.Optional("proxy_protocol", OneOf<ProxyVersion>(), ProxyVersion.None),
            },
            Limits = Limits(root.Section("limits")),
        };
        settings = settings with { Access = AccessSchema.Read(root, settings.Tls.AllowedClientNames.Count > 0) };
        CheckBalancers(listener, settings.Proxy.From);
        CheckClientAuthentication(root, tls, settings);
        CheckTickets(tls, settings.Tls);
        RejectTwoPasswords(tls, "server_key_password_file", "server_key_password_env");
        return settings;
    }

    private static LimitSettings Limits(SectionReader section)
    {
        int? Read(string key, string word, string meaning) =>
            section.Optional(key, WholeNumberOr(word, 1, Million, meaning), null);

        var mebibytes = Read("mib_per_second", "off", "MiB a second");
        return new()
        {
            Strangers = Read("strangers", "auto", "connections at a time"),
            StrangersPerSource = Read("strangers_per_source", "auto", "connections at a time"),
            Sessions = Read("sessions", "auto", "sessions at a time"),
            SessionsPerIdentity = Read("sessions_per_identity", "auto", "sessions at a time"),
            NewSessionsPerSecond = Read("new_sessions_per_second", "off", "sessions a second"),
            BytesPerSecond = mebibytes * Mebibyte,
        };
    }

    private static void CheckBalancers(SectionReader listener, IReadOnlyList<IPNetwork> balancers)
    {
        if (balancers.Any(network => network.PrefixLength == 0))
        {
            listener.Warn(
                "proxy_protocol_from",
                "holds all addresses: anybody who can reach the port can pretend to come from somewhere else",
                "write those of your load balancers"
            );
        }
    }

    private static void CheckTickets(SectionReader tls, TlsSettings settings)
    {
        if (settings is { SessionResumption: false, TicketKeyFile: not null })
        {
            tls.Fault(
                "ticket_keys",
                "is given although tls.session_resumption is false",
                "without resumption there are no tickets: remove one of the two"
            );
        }
    }

    private static void CheckClientAuthentication(SectionReader root, SectionReader tls, TunnelSettings settings)
    {
        if (!tls.IsBlank("client_ca_cert"))
        {
            return;
        }

        if (settings.Tls.AllowedClientNames.Count > 0)
        {
            tls.Fault(
                "allowed_client_cns",
                "names clients although tls.client_ca_cert is blank",
                "names mean nothing without certificates: give client_ca_cert, or remove the list"
            );
        }

        if (settings.Access.Entries.Count > 0)
        {
            root.Fault(
                AccessSchema.List,
                "says which certificates get in although tls.client_ca_cert is blank",
                "give client_ca_cert, or remove the list"
            );
        }

        tls.Warn(
            "client_ca_cert",
            "is blank: clients are not asked for a certificate, and anybody who can reach the port reaches the target",
            "name the file with the CA of your clients unless that is meant"
        );
    }
}
