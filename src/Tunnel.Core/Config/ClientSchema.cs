using static Tunnel.Config.NumberRules;
using static Tunnel.Config.SharedSections;
using static Tunnel.Config.TextRules;

namespace Tunnel.Config;

/// <summary>The client's file: each row is a key, its rule and its default.</summary>
internal static class ClientSchema
{
    /// <summary>The sections that tell a client's file from a server's.</summary>
    public static readonly string[] OwnSections = ["local_listener", "remote_server"];

    private const string BlankMeansNone =
        "name the client's PEM file, or leave the value blank to present no certificate";

    public static TunnelSettings Read(SectionReader root)
    {
        var listener = root.Section("local_listener");
        var server = root.Section("remote_server");
        var tls = root.Section("tls");
        var listen = AddressRules.Listeners(listener);
        var forward = ForwardRules.Read(server, "servers", listen, "local_listener", ServerName);
        var settings = new TunnelSettings(
            TunnelRole.Client,
            listen,
            forward,
            Tls: WithSecrets(
                tls,
                CommonTls(tls) with
                {
                    CertFile = tls.RequiredFileOrBlank("client_cert", FilePath, BlankMeansNone),
                    KeyFile = tls.RequiredFileOrBlank("client_key", FilePath, BlankMeansNone),
                    KeyPasswordFile = tls.OptionalFile("client_key_password_file", FilePath),
                    KeyPasswordEnv = tls.Optional("client_key_password_env", EnvironmentVariable, null),
                    PeerCaFile = server.RequiredFile("server_ca_cert", FilePath),
                    ServerName = ServerName(server),
                }
            ),
            Timeouts: Timeouts(root.Section("timeouts")),
            Reconnect: Reconnect(root.Section("reconnect"))
        )
        {
            Access = AccessSchema.Read(server, hasShortForm: false),
        };
        CheckListener(listener, listen);
        CheckCertificate(tls);
        RejectTwoPasswords(tls, "client_key_password_file", "client_key_password_env");
        return settings;
    }

    private static ReconnectSettings Reconnect(SectionReader section)
    {
        var defaults = new ReconnectSettings();
        var settings = new ReconnectSettings
        {
            InitialDelay = section.Optional("initial_delay", Seconds(Millisecond, Hour), defaults.InitialDelay),
            MaxDelay = section.Optional("max_delay", Seconds(Millisecond, Hour), defaults.MaxDelay),
            MaxElapsed = section.Optional("max_elapsed", Seconds(0, Day), defaults.MaxElapsed),
        };
        // Zero stands for a value with a fault of its own.
        if (settings.InitialDelay > settings.MaxDelay && settings.MaxDelay > TimeSpan.Zero)
        {
            section.Fault(
                "initial_delay",
                $"is longer than reconnect.max_delay ({settings.MaxDelay.TotalSeconds:0.###} s)",
                "the first wait cannot be longer than the longest: lower it, or raise max_delay"
            );
        }

        return settings;
    }

    private static string? ServerName(SectionReader server)
    {
        if (server.IsGiven("unix") && !server.IsGiven("server_name"))
        {
            server.Fault(
                "server_name",
                "is missing",
                "a Unix socket has no host name: write the name that must be among the server's SANs"
            );
        }

        return server.Optional("server_name", HostRule.Host, null);
    }

    private static void CheckListener(SectionReader listener, ValueList<Address> addresses)
    {
        var acceptsRemote = listener.Optional("accept_remote", TrueOrFalse, false);
        if (listener.IsGiven("accept_remote") && addresses.All(address => address is UnixAddress))
        {
            listener.Fault(
                "accept_remote",
                "is given together with a Unix socket",
                "other machines cannot reach it: remove the key"
            );
        }

        for (var number = 0; number < addresses.Count && !acceptsRemote; number++)
        {
            CheckReach(listener, AddressRules.Of(listener, number), addresses[number]);
        }
    }

    private static void CheckReach(SectionReader listener, SectionReader section, Address address)
    {
        if (address is not HostPort { Host: { } host } || !section.IsGiven("host") || HostRule.IsLoopback(host))
        {
            return;
        }

        if (listener.IsGiven("accept_remote"))
        {
            listener.Fault(
                "accept_remote",
                $"is false although {section.PathOf("host")} is {YamlText.Quote(host)}",
                "listen on 127.0.0.1, or write true if other machines are meant to use this tunnel"
            );
            return;
        }

        section.Warn(
            "host",
            $"is {YamlText.Quote(host)}: this leg is plain TCP without encryption, and everybody who can reach it can "
                + "use the tunnel under our certificate",
            "127.0.0.1 keeps it on this machine, and local_listener.accept_remote: true says that others are meant to "
                + "use it, and ends this warning"
        );
    }

    private static void CheckCertificate(SectionReader tls)
    {
        var (noCertificate, noKey) = (tls.IsBlank("client_cert"), tls.IsBlank("client_key"));
        if (noCertificate && noKey)
        {
            tls.Warn(
                "client_cert",
                "and tls.client_key are blank: we present no certificate, so the server does not know who we are",
                "name both files unless that is meant"
            );
        }
        else if (noCertificate && tls.IsGiven("client_key"))
        {
            tls.Fault(
                "client_cert",
                "is blank although tls.client_key is given",
                "name the certificate, or leave both blank"
            );
        }
        else if (noKey && tls.IsGiven("client_cert"))
        {
            tls.Fault("client_key", "is blank although tls.client_cert is given", "name the key, or leave both blank");
        }
    }
}
