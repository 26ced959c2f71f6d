using System.Net;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Config;

/// <summary>Any valid settings, written as YAML in any of the usual styles, load to equal settings.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<string> _hosts = Gen.Elements(
        "127.0.0.1",
        "::1",
        "::",
        "2001:db8::7",
        "localhost",
        "a_b.example.com",
        "x"
    );
    private static readonly Gen<string> _files = Gen.Elements(
        "ca.crt",
        "/etc/tunnel/a b.pem",
        "C:\\certs\\x.pem",
        "it's # one: file",
        "ü"
    );
    private static readonly Gen<string> _names = Gen.Elements(
        "app",
        "*.db.example",
        "Alice Smith",
        "spiffe://x/y",
        "a@b.example",
        "{x}"
    );
    private static readonly Gen<TimeSpan> _times = Gen.Choose(1, 3_600_000).Select(ms => TimeSpan.FromMilliseconds(ms));
    private static readonly Gen<TimeSpan?> _timesOrOff = Gen.OneOf(
        Gen.Constant<TimeSpan?>(null),
        _times.Select(time => (TimeSpan?)time)
    );

    private static readonly Gen<HostPort> _addresses = _hosts.Zip(
        Gen.Choose(1, 65535),
        (host, port) => new HostPort(host, port)
    );

    private static readonly Gen<ForwardSettings> _forwards =
        from first in _addresses
        from others in _addresses.ListOf()
        from policy in Gen.Elements(Enum.GetValues<TargetPolicy>())
        from interval in _timesOrOff.Where(interval => interval is null || interval >= TimeSpan.FromSeconds(1))
        select new ForwardSettings(
            new ValueList<TargetSettings>(
                others.Prepend(first).Distinct().Select(address => new TargetSettings(address))
            )
        )
        {
            Policy = policy,
            HealthCheckInterval = interval,
        };

    private static readonly Gen<TimeoutSettings> _timeouts =
        from connect in _times
        from handshake in _times
        from idle in _timesOrOff
        from write in _timesOrOff
        from halfClose in _timesOrOff
        from shutdown in _times
        select new TimeoutSettings
        {
            Connect = connect,
            Handshake = handshake,
            Idle = idle,
            Write = write,
            HalfClose = halfClose,
            Shutdown = shutdown,
        };

    private static readonly Gen<ReconnectSettings> _reconnects =
        from a in _times
        from b in _times
        from elapsed in _times
        select new ReconnectSettings
        {
            InitialDelay = a < b ? a : b,
            MaxDelay = a < b ? b : a,
            MaxElapsed = elapsed,
        };

    private static readonly Gen<LoggingSettings> _loggings =
        from level in Gen.Elements(Enum.GetValues<LogLevelSetting>())
        from format in Gen.Elements(Enum.GetValues<LogFormat>())
        from console in Gen.OneOf(
            Gen.Constant<LogFormat?>(null),
            Gen.Elements<LogFormat?>(LogFormat.Text, LogFormat.Json)
        )
        from sessions in Gen.Elements(Enum.GetValues<SessionLines>())
        from interval in _timesOrOff.Where(interval => interval is null || interval >= TimeSpan.FromSeconds(1))
        from file in _files.OrNull()
        from size in Gen.Choose(1, 102_400)
        from age in Gen.Choose(1, 36_500)
        from files in Gen.Choose(1, 10_000)
        select new LoggingSettings
        {
            Level = level,
            Format = format,
            Console = console,
            Sessions = sessions,
            SessionInterval = interval,
            LogFile = file,
            MaxSizeMiB = size,
            MaxAgeDays = age,
            MaxFiles = files,
        };

    private static readonly Gen<MonitorSettings> _monitors = MonitorSamples.Of(_files, _timesOrOff);

    private static readonly Gen<ProxySettings> _proxies =
        from networks in Gen.Elements("10.0.0.0/8", "127.0.0.1/32", "::1/128", "2001:db8::/33", "0.0.0.0/0").ListOf()
        from version in Gen.Elements(Enum.GetValues<ProxyVersion>())
        select new ProxySettings
        {
            From = new ValueList<IPNetwork>(networks.Select(IPNetwork.Parse)),
            ToTarget = version,
        };

    private static readonly Gen<TlsSettings> _serverTls =
        from cert in _files
        from key in _files
        from passwordFile in _files.OrNull()
        from ca in _files
        from names in _names.ListOf()
        from tickets in _files.OrNull()
        from profile in Gen.Elements(Enum.GetValues<TlsProfileSetting>())
        from require in Gen.Elements(Enum.GetValues<TlsRequirement>())
        from minor in Gen.Choose(2, 3)
        select new TlsSettings
        {
            Profile = profile,
            Require = require,
            CertFile = cert,
            KeyFile = key,
            KeyPasswordFile = passwordFile,
            PeerCaFile = ca,
            AllowedClientNames = new ValueList<string>(names),
            TicketKeyFile = tickets,
            MinVersion = new Version(
                1,
                (profile, require) is (default(TlsProfileSetting), default(TlsRequirement)) ? minor : 3
            ),
        };

    private static readonly Gen<TlsSettings> _clientTls =
        from tls in _serverTls
        from name in _hosts.OrNull()
        from anonymous in Gen.Elements(true, false)
        select tls with
        {
            CertFile = anonymous ? null : tls.CertFile,
            KeyFile = anonymous ? null : tls.KeyFile,
            KeyPasswordFile = null,
            KeyPasswordEnv = tls.KeyPasswordFile is null ? null : "KEY_PASSWORD",
            AllowedClientNames = new ValueList<string>([]),
            TicketKeyFile = null,
            ServerName = name,
        };

    [QuietProperty(MaxTest = 500)]
    public Property Client_settings_survive_being_written_and_read() =>
        Prop.ForAll(
            (
                from listener in _addresses
                from servers in _forwards.Where(far => !LeadsBack(listener, far))
                from tls in _clientTls
                from timeouts in _timeouts
                from reconnect in _reconnects
                from logging in _loggings
                from monitor in _monitors
                select new ProcessSettings(
                    [new TunnelSettings(TunnelRole.Client, [listener], Named(servers, tls), tls, timeouts, reconnect)],
                    logging,
                    monitor
                )
            ).ToArbitrary(),
            Arb.ToArbitrary(Gen.Choose(0, 2)),
            (settings, style) =>
            {
                var read = ConfigLoader
                    .Parse(new ConfigSource("c.yaml", TunnelRole.Client), SettingsYaml.OfClient(settings, style))
                    .Settings;
                ExpectEqual(read, settings);
            }
        );

    [QuietProperty(MaxTest = 500)]
    public Property Server_settings_survive_being_written_and_read() =>
        Prop.ForAll(
            (
                from listener in _addresses
                from target in _forwards.Where(far => !LeadsBack(listener, far))
                from tls in _serverTls
                from timeouts in _timeouts
                from logging in _loggings
                from monitor in _monitors
                from proxy in _proxies
                select new ProcessSettings(
                    [new TunnelSettings(TunnelRole.Server, [listener], target, tls, timeouts, null) { Proxy = proxy }],
                    logging,
                    monitor
                )
            ).ToArbitrary(),
            Arb.ToArbitrary(Gen.Choose(0, 2)),
            (settings, style) =>
            {
                var read = ConfigLoader
                    .Parse(new ConfigSource("s.yaml", TunnelRole.Server), SettingsYaml.OfServer(settings, style))
                    .Settings;
                ExpectEqual(read, settings);
            }
        );

    private static bool LeadsBack(Address listener, ForwardSettings far) =>
        far.Targets.Any(target => SelfLoop.LeadsBack(listener, target.Address));

    /// <summary>Each server of a list has the name of all.</summary>
    private static ForwardSettings Named(ForwardSettings servers, TlsSettings tls) =>
        servers.Targets.Count == 1
            ? servers
            : servers with
            {
                Targets = new ValueList<TargetSettings>(
                    servers.Targets.Select(server => server with { ServerName = tls.ServerName })
                ),
            };

    private static void ExpectEqual(ProcessSettings read, ProcessSettings written)
    {
        var (readTunnel, tunnel) = (read.Tunnels.Single(), written.Tunnels.Single());
        Assert.That(read with { Tunnels = written.Tunnels }, Is.EqualTo(written));
        Assert.That(readTunnel with { Tls = tunnel.Tls, Proxy = tunnel.Proxy }, Is.EqualTo(tunnel));
        ExpectEqual(readTunnel.Tls, tunnel.Tls);
        ExpectEqual(readTunnel.Proxy, tunnel.Proxy);
    }

    private static void ExpectEqual(ProxySettings read, ProxySettings written)
    {
        Assert.That(read.From, Is.EqualTo(written.From));
        Assert.That(read with { From = written.From }, Is.EqualTo(written));
    }

    private static void ExpectEqual(TlsSettings read, TlsSettings written)
    {
        Assert.That(read.AllowedClientNames, Is.EqualTo(written.AllowedClientNames));
        Assert.That(read with { AllowedClientNames = written.AllowedClientNames }, Is.EqualTo(written));
    }
}
