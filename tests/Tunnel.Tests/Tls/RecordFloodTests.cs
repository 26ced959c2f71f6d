using System.Security.Authentication;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.Tls;

/// <summary>
/// A peer, good in its handshake, that makes much work of few bytes: everybody else gets a turn in between.
/// </summary>
[LeavesNothing]
public sealed class RecordFloodTests
{
    private const int MostSmallRecords = RecordTracker.MostCost / RecordTracker.LeastCostOfARecord;

    // What the two backends read besides what a turn allows: the record with which it is used up.
    private const int MostCostOfARead = RecordTracker.MostCost + (17 * 1024);

    private static readonly TlsBackendSetting[] _backends = [TlsBackendSetting.OpenSsl, TlsBackendSetting.SslStream];

    [Test]
    public async Task A_read_takes_no_more_records_than_a_turn_has_time_for(
        [ValueSource(nameof(_backends))] TlsBackendSetting backend,
        [Values] TunnelRole role,
        [Values] FloodKind kind
    )
    {
        var rounds = kind == FloodKind.Padding ? 20 : 500;
        using var meeting = await Meeting.OfAsync(backend, role);
        var sending = meeting.SendAsync(meeting.Key.Rounds(kind, rounds));
        var recordsOfARound = kind switch
        {
            FloodKind.Crumbs => 1,
            FloodKind.Empty or FloodKind.Padding => 32,
            FloodKind.Warnings => 5,
            _ => 2,
        };

        for (var got = 0; got < rounds; )
        {
            var chunk = await meeting.ReadOnceAsync();

            Assert.That(chunk.Status, Is.EqualTo(IoStatus.Ok), meeting.Transport.Fault?.Trouble.Cause);
            Assert.That(chunk.Cost, Is.InRange(chunk.Bytes.Length, MostCostOfARead));
            // SslStream may have some left from the turn before.
            Assert.That(chunk.Bytes.Length, Is.LessThanOrEqualTo((2 * MostSmallRecords / recordsOfARound) + 1));
            got += chunk.Bytes.Length;
            chunk.Return();
        }

        await sending;
    }

    [Test]
    public async Task In_older_TLS_a_read_takes_no_more_records_than_that_either(
        [ValueSource(nameof(_backends))] TlsBackendSetting backend,
        [Values] TunnelRole role
    )
    {
        const int crumbs = 500;
        using var meeting = await Meeting.OfAsync(backend, role, SslProtocols.Tls12);
        await meeting.SendAsync([.. Enumerable.Range(0, crumbs).SelectMany(_ => meeting.Peer.Record([7]))]);

        for (var got = 0; got < crumbs; )
        {
            var chunk = await meeting.ReadOnceAsync();
            Assert.That(chunk.Status, Is.EqualTo(IoStatus.Ok), meeting.Transport.Fault?.Trouble.Cause);
            Assert.That(chunk.Bytes.Length, Is.LessThanOrEqualTo(MostSmallRecords));
            got += chunk.Bytes.Length;
            chunk.Return();
        }
    }

    [TestCase(33, new byte[0], ContentTypes.ApplicationData)]
    [TestCase(5, new byte[] { 1, 90 }, ContentTypes.Alert)]
    public async Task What_libssl_takes_for_an_attack_ends_the_connection(int count, byte[] content, byte type)
    {
        foreach (var (backend, role) in Everybody())
        {
            using var meeting = await Meeting.OfAsync(backend, role);
            await meeting.SendAsync(meeting.Key.Repeat(count - 1, content, type));
            await meeting.SendAsync(meeting.Key.Record([7], ContentTypes.ApplicationData));
            (await meeting.ReadAsync()).Return();

            await meeting.SendAsync(meeting.Key.Repeat(count, content, type));

            Assert.That((await meeting.ReadAsync()).Status, Is.EqualTo(IoStatus.Failed), $"{backend}, {role}");
            Assert.That(meeting.Transport.Fault?.Trouble.Cause, Is.Not.Empty);
        }
    }

    [Test]
    public async Task Data_does_not_wait_for_what_comes_behind_a_record_without_content()
    {
        var rentedBefore = BufferPool.RentedBytes;
        foreach (var (backend, role) in Everybody())
        {
            using var meeting = await Meeting.OfAsync(backend, role);
            for (var i = 0; i < 3; i++)
            {
                byte[] data = meeting.Key.Record([7], ContentTypes.ApplicationData);
                await meeting.SendAsync([.. data, .. meeting.Key.NextKey(0)]);

                var chunk = await meeting.ReadAsync();

                Assert.That(chunk.Bytes.ToArray(), Is.EqualTo(new byte[] { 7 }), $"{backend}, {role}");
                chunk.Return();
            }

            var waiting = meeting.Transport.WaitAsync().AsTask();
            await Eventually.HoldsAsync(
                () => BufferPool.RentedBytes == rentedBefore,
                () =>
                    $"{backend}, {role}: {BufferPool.RentedBytes - rentedBefore} bytes of buffers are out, and "
                    + "nothing is there to read"
            );
            meeting.Transport.Abort();
            await waiting.WaitAsync(Wire.Patience);
        }
    }

    [TestCase((byte)80, IoStatus.Reset, "broke off the stream")]
    [TestCase((byte)20, IoStatus.Failed, "(alert bad_record_mac)")]
    [TestCase((byte)10, IoStatus.Failed, "(alert unexpected_message)")]
    [TestCase((byte)50, IoStatus.Failed, "(alert decode_error)")]
    public async Task A_peer_that_breaks_off_is_told_from_one_that_finds_fault(byte alert, IoStatus end, string words)
    {
        foreach (var (backend, role) in Everybody())
        {
            using var meeting = await Meeting.OfAsync(backend, role);
            await meeting.SendAsync([
                .. meeting.Key.Record([7], ContentTypes.ApplicationData),
                .. meeting.Key.Record([2, alert], ContentTypes.Alert),
            ]);
            var chunk = await meeting.ReadAsync();
            Assert.That(chunk.Bytes.ToArray(), Is.EqualTo(new byte[] { 7 }), "what came before it is delivered");
            chunk.Return();

            Assert.That((await meeting.ReadAsync()).Status, Is.EqualTo(end), $"{backend}, {role}");
            Assert.That(meeting.Transport.Fault?.Trouble.Cause, Does.Contain(words), $"{backend}, {role}");
        }
    }

    [Test]
    public async Task SslStream_is_handed_the_records_of_a_turn_before_it_waits_for_the_next()
    {
        const int records = 2000;
        const int length = 22;
        using var peers = new TlsPeers();
        var (plain, channel) = await peers.ConnectAsync();
        using var stream = new ChannelStream(channel, sniffOutgoing: false);
        byte[] record = [23, 3, 3, 0, 17, .. new byte[17]];
        await plain.SendAllAsync((byte[])[.. Enumerable.Repeat(record, records).SelectMany(r => r)]);
        var room = new byte[1024];
        var (got, turns, before) = (0, 0, 0);
        while (got < records * length)
        {
            got += await stream.ReadAsync(room);
            Assert.That(stream.Cost, Is.LessThanOrEqualTo(RecordTracker.MostCost));
            // It goes back only when everybody else has had a turn.
            turns += stream.Cost <= before ? 1 : 0;
            before = stream.Cost;
        }

        Assert.That(turns, Is.GreaterThanOrEqualTo((records / MostSmallRecords) - 1));
        channel.Dispose();
        plain.Dispose();
    }

    [Test]
    public async Task Our_own_end_after_a_fault_of_the_peer_is_a_status_and_no_exception()
    {
        foreach (var (backend, role) in Everybody())
        {
            using var meeting = await Meeting.OfAsync(backend, role);
            var record = meeting.Key.Record([7], ContentTypes.ApplicationData);
            record[^1] ^= 1;
            await meeting.SendAsync(record);
            Assert.That((await meeting.ReadAsync()).Status, Is.EqualTo(IoStatus.Failed), $"{backend}, {role}");

            Assert.That(
                async () =>
                {
                    await meeting.Transport.WriteAsync(new byte[1]);
                    await meeting.Transport.CloseWriteAsync();
                },
                Throws.Nothing,
                $"{backend}, {role}"
            );
        }
    }

    private static IEnumerable<(TlsBackendSetting Backend, TunnelRole Role)> Everybody() =>
        from backend in _backends
        from role in Enum.GetValues<TunnelRole>()
        select (backend, role);

    /// <summary>A transport of ours, and the peer that shook hands with it.</summary>
    private sealed class Meeting : IDisposable
    {
        private readonly TlsPeers _peers = new();
        private ITlsEndpoint _endpoint = null!;
        private RecordKey? _key;

        public RawTls Peer { get; private set; } = null!;

        public ITransport Transport { get; private set; } = null!;

        /// <summary>For records of the test's own making, in TLS 1.3.</summary>
        public RecordKey Key => _key ??= Peer.Sealing();

        public static async Task<Meeting> OfAsync(
            TlsBackendSetting backend,
            TunnelRole ours,
            SslProtocols protocols = TlsPeers.Both
        )
        {
            var meeting = new Meeting();
            meeting._peers.Speaking(protocols);
            await meeting.ShakeHandsAsync(backend, ours);
            return meeting;
        }

        public Task SendAsync(byte[] bytes) => Peer.SendAsync(bytes);

        public Task<Chunk> ReadAsync() => Transport.ReadAsync().AsTask().WaitAsync(Wire.Patience);

        /// <summary>What a single turn brings, once there is something.</summary>
        public async Task<Chunk> ReadOnceAsync()
        {
            while (true)
            {
                var chunk = Transport.Read(await Transport.WaitAsync().AsTask().WaitAsync(Wire.Patience));
                Assert.That(chunk.Cost, Is.LessThanOrEqualTo(MostCostOfARead));
                if (!chunk.IsNone)
                {
                    return chunk;
                }
            }
        }

        public void Dispose()
        {
            Transport.Dispose();
            _key?.Dispose();
            Peer.Dispose();
            _endpoint.Dispose();
            _peers.Dispose();
        }

        private async Task ShakeHandsAsync(TlsBackendSetting backend, TunnelRole ours)
        {
            var theirs = ours.Peer();
            _endpoint =
                backend == TlsBackendSetting.OpenSsl
                    ? TlsPeers.Endpoint(_peers.Profile(ours))
                    : new SslStreamEndpoint(_peers.Profile(ours), "SslStream");
            var (plain, channel) = await _peers.ConnectAsync();
            Peer = new RawTls(_peers.Profile(theirs) with { SessionResumption = false }, plain);
            var shaking = _endpoint.HandshakeAsync(channel);
            await Peer.HandshakeAsync();
            Transport = (await shaking.WaitAsync(Wire.Patience)).Transport!;
        }
    }
}
