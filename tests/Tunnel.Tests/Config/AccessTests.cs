using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>The list <c>access</c> as it is written, and mistakes in it.</summary>
public sealed class AccessTests
{
    [TestCase("- allow: {}", "2:10: access[0].allow says nobody")]
    [TestCase("- allow:", "2:3: access[0].allow says nobody")]
    [TestCase("- allow: all", "2:10: access[0].allow is 'all'")]
    [TestCase("- mode: audit", "2:3: access[0] says neither allow nor deny")]
    [TestCase("- { allow: everybody, deny: everybody }", "2:3: access[0] both allows and denies")]
    [TestCase("- { allow: everybody, mode: log }", "access[0].mode is 'log'; write one of enforce, audit")]
    [TestCase("- deny: { ou: ops }", "2:1: access allows nobody: whoever matches no entry is refused")]
    [TestCase("- { allow: { ou: ops, names: [] } }", "access[0].allow.names has no value")]
    [TestCase("- { allow: { ou: ops, not_names: } }", "access[0].allow.not_names has no value")]
    [TestCase("- { allow: { name: app } }", "unknown key 'name' under access[0].allow; did you mean 'names'?")]
    [TestCase("- { allow: { ou: ' ops' } }", "access[0].allow.ou is ' ops'; write an OU")]
    [TestCase("- { allow: { names: 'a*.example' } }", "access[0].allow.names is 'a*.example'")]
    [TestCase("- { allow: { names: 'spiffe://*/a' } }", "access[0].allow.names is 'spiffe://*/a'")]
    [TestCase("- { allow: { names: 'spiffe://corp/a*' } }", "access[0].allow.names is 'spiffe://corp/a*'")]
    [TestCase("- { deny: { serial: 0x12 } }, { allow: everybody }", "access[0].deny.serial is '0x12'")]
    [TestCase("- { allow: { serial: '00' } }", "access[0].allow.serial is '00'")]
    [TestCase("- { allow: { fingerprint: 'AB:CD' } }", "access[0].allow.fingerprint is 'AB:CD'")]
    [TestCase("- { allow: { issuer: 'sha256:abcd' } }", "access[0].allow.issuer is 'sha256:abcd'")]
    [TestCase(
        "- { allow: { from: 10.0.0.1/8 } }",
        "access[0].allow.from is '10.0.0.1/8'; write 10.0.0.0/8 for the net"
    )]
    [TestCase(
        "- { allow: { to: pg } }",
        "access[0].allow.to names 'pg', which is no tunnel of this file; there is one"
    )]
    [TestCase("  allow: everybody", "access is not a list with at least one entry; write '- allow:")]
    public void A_mistake_has_its_place_and_what_would_be_right(string access, string fault)
    {
        var lines = access.Split(", { allow: everybody }");
        var second = lines.Length > 1 ? "\n- allow: everybody" : "";
        Assert.That(Faults($"{lines[0]}{second}"), Has.Some.Contains(fault));
    }

    [Test]
    public void Values_are_compared_in_one_form()
    {
        const string Hash =
            "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff";
        var upper = Hash.Replace(":", "").ToUpperInvariant();
        var entry = Read(
            $"- allow: {{ serial: 00:4f:0a, fingerprint: '{Hash}', issuer: 'SHA256:{upper}', from: 10.0.0.7 }}"
        );
        Assert.That(
            entry.Access.Entries[0].Conditions.ToDictionary(one => one.Name, one => one.Values[0]),
            Is.EqualTo(
                new Dictionary<string, string>
                {
                    ["serial"] = "4F0A",
                    ["fingerprint"] = upper,
                    ["issuer"] = $"sha256:{upper}",
                    ["from"] = "10.0.0.7/32",
                }
            )
        );
    }

    [Test]
    public void A_list_for_clients_without_certificates_is_a_mistake() =>
        Assert.That(
            Example.ServerFaults(
                Example.Server.Replace("client_ca_cert: ca.crt", "client_ca_cert:") + "access: [allow: everybody]\n"
            ),
            Has.Some.Contains("access says which certificates get in although tls.client_ca_cert is blank")
        );

    [Test]
    public void Above_a_list_of_tunnels_each_takes_what_concerns_it()
    {
        var read = Several("- allow: { names: app, to: pg }\n  - deny: { ou: ops, not_to: cache }");
        Assert.Multiple(() =>
        {
            Assert.That(Keys(read.Settings.Tunnels[0]), Is.EqualTo(["access[0]", "access[1]"]));
            Assert.That(Keys(read.Settings.Tunnels[1]), Is.Empty);
            Assert.That(read.Settings.Tunnels[1].Access.IsEnforced, Is.True, "nobody may get in");
            Assert.That(
                read.Warnings.Select(one => $"{one}"),
                Has.Some.Contains("access allows nobody in tunnel 'cache'")
            );
            Assert.That(read.Warnings.Select(one => $"{one}"), Has.None.Contains("'pg'"));
        });

        static IEnumerable<string> Keys(TunnelSettings tunnel) => tunnel.Access.Entries.Select(entry => entry.Key);
    }

    [Test]
    public void A_tunnel_that_is_not_there_is_a_mistake_once() =>
        Assert.That(
            Example.Faults(() => Several("- allow: { to: postgras }\n  - allow: { to: [pg, cachee] }")),
            Is.EqualTo([
                "s.yaml:2:18: access[0].allow.to names 'postgras', which is no tunnel of this file; "
                    + "the tunnels are pg, cache",
                "s.yaml:3:18: access[1].allow.to names 'cachee', which is no tunnel of this file; "
                    + "did you mean 'cache'?",
            ])
        );

    private static LoadedConfig Several(string access) =>
        ConfigLoader.Parse(
            new ConfigSource("s.yaml"),
            $$"""
            access:
              {{access}}
            tls: { server_cert: s.crt, server_key: s.key, client_ca_cert: ca.crt }
            tunnels:
              - name: pg
                server_listener: { host: 0.0.0.0, port: 1 }
                target_service: { host: 127.0.0.1, port: 2 }
              - name: cache
                server_listener: { host: 0.0.0.0, port: 3 }
                target_service: { host: 127.0.0.1, port: 4 }

            """
        );

    private static string Text(string access) => $"access:\n{access}\n{Example.Server}";

    private static string[] Faults(string access) => Example.ServerFaults(Text(access));

    private static TunnelSettings Read(string access) =>
        ConfigLoader.Parse(new ConfigSource("s.yaml", TunnelRole.Server), Text(access)).Settings.Tunnels[0];
}
