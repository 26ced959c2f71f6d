using System.Text;
using System.Text.Json;
using NLog;
using NUnit.Framework;
using Tunnel.Diagnostics;
using Tunnel.Tests.TestKit;
using Tunnel.Tests.Text;

namespace Tunnel.Tests.Behaviour;

/// <summary>What a stranger writes into its certificate, and where it comes out.</summary>
public sealed class HostileWordsTests(BackendPair backends) : BehaviourTests(backends)
{
    private const string Posing = "app-1 closed_by=client reason=eof detail=\"-\"";

    [Test]
    public async Task A_name_that_poses_as_fields_stays_one_value()
    {
        var root = TestCa.CreateRoot();
        await using var pair = await Pair.StartAsync(
            new PairOptions { Root = root, ClientCertificate = root.Issue(new TestLeaf { CommonName = Posing }) }
        );
        var (application, target) = await pair.OpenAsync();
        application.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        target.Shutdown(System.Net.Sockets.SocketShutdown.Send);

        var session = await pair.ServerClosedAsync();
        Assert.That(session.Identity, Is.EqualTo(Posing));
        var fields = LogfmtReader.Read(session.ToString());
        Assert.That(fields.Select(field => field.Key), Is.Unique);
        Assert.That(fields[0].Key, Is.EqualTo("closed_by"), "how it ended comes first");
        Assert.That(fields[1], Is.EqualTo(new KeyValuePair<string, string>("reason", "eof")));
        Assert.That(fields.Single(field => field.Key == "identity").Value, Is.EqualTo(Posing.Replace("\"", "\\\"")));
        Assert.That(fields[^1].Key, Is.EqualTo("detail"));
    }

    [Test]
    public async Task A_refused_peer_writes_four_kibibytes_at_most([Values] bool server)
    {
        var root = TestCa.CreateRoot();
        // Visible letters of three bytes, and such as take six when they are written out.
        var longName = string.Concat(Enumerable.Repeat("漢\u202e\"", 100));
        var hostile = TestCa
            .CreateRoot("nobody's CA " + longName)
            .Issue(
                new TestLeaf
                {
                    CommonName = longName,
                    DnsNames = [.. Enumerable.Range(0, 20).Select(i => $"{i}.{new string('a', 120)}")],
                }
            );
        await using var pair = await Pair.StartAsync(
            server
                ? new PairOptions { Root = root, ServerCertificate = hostile }
                : new PairOptions { Root = root, ClientCertificate = hostile }
        );
        await pair.VisitAsync("words"u8.ToArray());
        var closed = new[] { await pair.ServerClosedAsync(), await pair.ClientClosedAsync() };

        var lines = pair.Lines().Where(line => line.Level >= LogLevel.Info).ToList();
        Assert.That(lines.Select(line => line.FormattedMessage), Has.Some.Contains("refused the certificate of"));
        foreach (var session in closed)
        {
            var own = lines
                .Where(line => line.Properties.TryGetValue("session", out var id) && Equals(id, session.Id))
                .ToList();
            var bytes =
                Encoding.UTF8.GetByteCount(session.ToString())
                + own.Sum(line => Encoding.UTF8.GetByteCount(TextLine.Format(line)));
            Assert.That(bytes, Is.LessThan(TextLine.MostBytes), $"{session}\n{string.Join('\n', own)}");
        }

        foreach (var json in lines.Select(JsonLine.Format))
        {
            Assert.That(Encoding.UTF8.GetByteCount(json), Is.LessThan(TextLine.MostBytes));
            using var parsed = JsonDocument.Parse(json);
            var names = parsed.RootElement.EnumerateObject().Select(field => field.Name).ToList();
            Assert.That(names, Has.All.Match("^[a-z0-9_]+$"));
            Assert.That(names, Is.Unique);
        }
    }

    [Test]
    public async Task A_server_that_cannot_reach_its_target_warns()
    {
        await using var pair = await Pair.StartAsync();
        pair.Target.Dispose();

        await pair.VisitAsync();

        var session = await pair.ServerClosedAsync();
        Assert.That((session.Reason, session.Level), Is.EqualTo(("unreachable", LogLevel.Warn)), session.ToString());
    }
}
