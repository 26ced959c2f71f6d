using Tunnel.Relay;
using Tunnel.Reports;
using Tunnel.Sessions;
using Tunnel.Tunnels;

namespace Tunnel.Tests.Monitoring;

/// <summary>A process of a test's choice, as those see it who watch it.</summary>
internal sealed class FakeProcess : IWatchedProcess
{
    private int _reports;

    /// <summary>How many live sessions it has.</summary>
    public int Many { get; init; } = 1;

    /// <summary>Of a peer, of a certificate's subject and of a reason.</summary>
    public string Name { get; init; } = "name";

    public string? NotReady { get; init; }

    public bool ServerIsHealthy { get; init; } = true;

    /// <summary>What it finds, as it stands here; null: what is judged.</summary>
    public IReadOnlyList<Finding>? Found { get; init; }

    /// <summary>How many more findings there are beside those above.</summary>
    public int Beyond { get; init; }

    /// <summary>How often it was asked.</summary>
    public int Reports => Volatile.Read(ref _reports);

    public ProcessReport Report()
    {
        Interlocked.Increment(ref _reports);
        var report = new ProcessReport
        {
            Version = "1.2.3",
            State = ProcessReport.Accepting,
            Generation = 7,
            StartedAt = DateTimeOffset.UnixEpoch,
            UptimeSeconds = 60,
            NotReady = NotReady,
            Reloads = new ReloadsReport(2, 1, new ReloadReport(DateTimeOffset.UnixEpoch, "SIGHUP", false, Name)),
            Resources = new ResourcesReport(4, 100, 5_000_000, 1000),
            Tunnels = [OfClient(), OfServer()],
        }.Judged();
        return Found is null ? report : report with { Findings = Found, MoreFindings = Beyond };
    }

    public SessionList Sessions(int most = int.MaxValue)
    {
        Interlocked.Increment(ref _reports);
        return new SessionList(
            Many,
            [
                .. Enumerable
                    .Range(1, Math.Min(Many, most))
                    .Select(number => new SessionRecord
                    {
                        Id = $"abcd-{number}",
                        Tunnel = "db",
                        State = SessionState.Relaying,
                        Peer = "192.0.2.1:1234",
                        Identity = Name,
                        Target = "db.example.org:5432",
                        Sent = number,
                    }),
            ]
        );
    }

    public int EndSession(string id) => throw new InvalidOperationException();

    public int EndSessionsOf(string peer) => throw new InvalidOperationException();

    public void TakeFiles(int files) { }

    public Task<ReloadResult> ReloadAsync(string by) =>
        throw new InvalidOperationException("nobody may reload by HTTP");

    public bool AskToStop() => throw new InvalidOperationException("nobody may stop it by HTTP");

    private TunnelReport OfClient() =>
        new()
        {
            Name = "db",
            Role = "client",
            State = ProcessReport.Accepting,
            Backend = "OpenSSL/3",
            Listeners = ["127.0.0.1:6432"],
            SessionsActive = Many,
            SessionsAccepted = Many + 3,
            SessionsEnded = new Dictionary<string, long> { ["eof"] = 2, ["refused"] = 1 },
            BytesSent = 10,
            BytesReceived = 20,
            Handshakes = new Dictionary<string, long> { ["full"] = 1, ["resumed"] = 2 },
            FailedAttempts = new Dictionary<string, long> { ["unreachable"] = 5 },
            Targets =
            [
                new(
                    "db.example.org:8443",
                    ServerIsHealthy,
                    DateTimeOffset.UnixEpoch,
                    Many,
                    ServerIsHealthy ? null : Name
                ),
            ],
            Certificates = [new("certs/client.crt", Name, DateTimeOffset.UnixEpoch, 86_400)],
        };

    private TunnelReport OfServer() =>
        new()
        {
            Name = "web",
            Role = "server",
            State = ProcessReport.NotListening,
            Cause = Name,
            Backend = "OpenSSL/3",
            Refusals = new Dictionary<string, long> { ["expired"] = 4 },
            LastRefusal = new(DateTimeOffset.UnixEpoch, "192.0.2.9:1", "expired", Name, Name),
            Limits = [new("limits.sessions", 100, 90, 2, 1), new("limits.sessions_per_identity", 80)],
        };
}
