using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls;

/// <summary>The page about <c>access</c>: each of its answers is tried on its clients.</summary>
public sealed class AccessTableTests
{
    private static readonly TestCa _root = TestCa.CreateRoot("Corp Root");
    private static readonly Dictionary<string, TestCa> _cas = new()
    {
        ["Corp Root"] = _root,
        ["Team A CA"] = _root.CreateIntermediate("Team A CA"),
        ["Team B CA"] = _root.CreateIntermediate("Team B CA"),
    };

    private static readonly string[][] _rows = [.. Rows()];
    private static readonly Client[] _clients = [.. _rows.Where(row => row.Length == 6).Skip(1).Select(Client.Of)];

    private static IEnumerable<TestCaseData> Questions =>
        _rows
            .Where(row => row.Length == 4 && row[0] != "#")
            .Select(row => new TestCaseData(row[2], row[3]) { TestName = $"{row[0]}: {row[1]}" });

    [Test]
    public void There_are_thirty() => Assert.That((_clients.Length, Questions.Count()), Is.EqualTo((5, 30)));

    [TestCaseSource(nameof(Questions))]
    public void The_answer_lets_in_whom_it_should(string answer, string whoGetsIn)
    {
        var policy = PolicyOf(answer);
        Assert.That(
            string.Join(
                ", ",
                _clients.Where(client => policy.Judge(client.Chain, client.From) is null).Select(c => c.Name)
            ),
            Is.EqualTo(whoGetsIn)
        );
    }

    private static PeerPolicy PolicyOf(string answer)
    {
        foreach (var client in _clients)
        {
            var leaf = client.Chain.Certificates[0];
            answer = answer
                .Replace($"SERIAL-OF-{client.Name.ToUpperInvariant()}", leaf.SerialNumber)
                .Replace(
                    $"FINGERPRINT-OF-{client.Name.ToUpperInvariant()}",
                    leaf.GetCertHashString(HashAlgorithmName.SHA256)
                );
        }

        foreach (var (name, ca) in _cas)
        {
            var key = SHA256.HashData(ca.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
            answer = answer.Replace(
                $"KEY-OF-{name.ToUpperInvariant().Replace(' ', '-')}",
                Convert.ToHexStringLower(key)
            );
        }

        var entries = answer.Split("<br>").Select(entry => $"      {entry.Trim('`')}");
        var yaml = $$"""
            tls: { server_cert: s.crt, server_key: s.key, client_ca_cert: ca.crt }
            tunnels:
              - name: postgres
                server_listener: { host: 0.0.0.0, port: 5432 }
                target_service: { unix: /run/postgres }
                access:
            {{string.Join('\n', entries)}}

            """;
        var settings = ConfigLoader.Parse(new ConfigSource("s.yaml"), yaml).Settings.Tunnels[0];
        return PeerPolicy.ForClients(
            new TrustAnchors("ca.crt", [_root.Certificate]),
            new AccessRules(settings.Access, settings.Tls.AllowedClientNames)
        );
    }

    private static IEnumerable<string[]> Rows() =>
        File.ReadLines(Path.Combine(Repository.Root, "docs", "access.md"))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private sealed record Client(string Name, JudgedChain Chain, IPAddress From)
    {
        public static Client Of(string[] row)
        {
            var sans = row[3].Split(", ").Select(san => san.Split(':', 2)).ToLookup(san => san[0], san => san[1]);
            var ca = _cas[row[4]];
            var leaf = ca.Issue(
                new TestLeaf
                {
                    CommonName = row[1],
                    Units = row[2].Split(", "),
                    DnsNames = [.. sans["DNS"]],
                    Uris = [.. sans["URI"]],
                    Emails = [.. sans["email"]],
                    Addresses = [.. sans["IP"].Select(IPAddress.Parse)],
                }
            );
            X509Certificate2[] above = ca == _root ? [] : [ca.Certificate];
            return new Client(
                row[0],
                JudgedChain.Good([leaf.Certificate, .. above, _root.Certificate]),
                IPAddress.Parse(row[5])
            );
        }
    }
}
