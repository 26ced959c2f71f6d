using NLog;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>The same failure again and again: written once, then counted.</summary>
public sealed class RepeatedFailureTests(BackendPair backends) : BehaviourTests(backends)
{
    private const int Visits = 5;

    private static readonly TimeSpan _minute = TimeSpan.FromSeconds(61);

    private readonly ManualTime _time = new();

    [Test]
    public async Task A_client_that_is_refused_again_and_again_has_two_lines_and_a_number()
    {
        await using var pair = await Pair.StartAsync(
            new PairOptions { ClientCertificate = TestCa.CreateRoot("Strange CA").Issue(), Time = _time }
        );
        for (var visit = 0; visit < Visits; visit++)
        {
            await _time.RunUntilAsync(pair.VisitAsync());
            await _time.RunUntilAsync(pair.ServerClosedAsync());
            await _time.RunUntilAsync(pair.ClientClosedAsync());
        }

        Assert.That(Told(pair, "refused the certificate of client"), Has.Count.EqualTo(1));
        _time.Advance(_minute);
        var counted = Told(pair, "more in the last minute");
        Assert.That(
            counted,
            Has.One.StartsWith("refused certificates, 127.0.0.1: 4 more in the last minute: reason=refused detail=")
        );
        Assert.That(counted, Has.None.Contains("strangers"), "counted once");
    }

    [Test]
    public async Task A_server_that_cannot_be_reached_is_told_once_and_every_session_still_ends_in_its_line()
    {
        await using var pair = await Pair.StartAsync(new PairOptions { StartServer = false, Time = _time });
        for (var visit = 0; visit < Visits; visit++)
        {
            await _time.RunUntilAsync(pair.VisitAsync());
            var session = await _time.RunUntilAsync(pair.ClientClosedAsync());
            Assert.That(session.Level, Is.EqualTo(LogLevel.Info));
        }

        Assert.That(Told(pair, "given up"), Has.Count.EqualTo(1));
        _time.Advance(_minute);
        Assert.That(
            Told(pair, "more in the last minute"),
            Has.One.StartsWith($"sessions given up, {pair.ClientSettings.Forward}: 4 more in the last minute: reason=")
        );
    }

    private static List<string> Told(Pair pair, string about) =>
        [
            .. pair.Lines()
                .Where(line => line.Level >= LogLevel.Info)
                .Select(line => line.FormattedMessage)
                .Where(line => line.Contains(about)),
        ];
}
