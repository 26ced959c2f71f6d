using Tunnel.Net;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>
/// The same wires as those of <see cref="RecordsTarget"/>, through the transport: what it keeps of a record that has
/// come in part, what it rents and gives back, and how it says that a stream is over.
/// </summary>
internal sealed class TransportTarget : ITarget
{
    private const string Suite = "TLS_AES_128_GCM_SHA256";
    private const int BehindHandshake = 2;

    private readonly RecordsTarget _records = new();

    public string Name => "transport";

    public int MostBytes => _records.MostBytes;

    public IReadOnlyList<byte[]> Words => _records.Words;

    public void Run(byte[] input)
    {
        var steps = new Instructions(input);
        var way = steps.Byte();
        var isClient = (way & 1) == 0;
        var suite = AeadSuite.Find(Suite)!;
        var wire = WireMaker.Make(ref steps, suite);
        var model = new RecordModel(suite, WireMaker.Secret(suite, 1), isClient);
        model.Read(wire);
        foreach (var pieces in Splits.Of(wire))
        {
            var rented = BufferPool.RentedBytes;
            var early = (way & BehindHandshake) != 0 && pieces.Length > 0 ? pieces[0] : [];
            var records = new Tls13Records(
                new RecordKey(suite, WireMaker.Secret(suite, 1), seals: false),
                new RecordKey(suite, WireMaker.Secret(suite, 2), seals: true),
                isClient,
                null
            );
            var socket = new PiecesSocket(pieces.Skip(early.Length > 0 ? 1 : 0));
            var transport = new OpenSslTransport(records, new SocketChannel(socket), Rented(early));
            var (end, plain) = ReadAll(transport);
            Hold.Same(end, ExpectedEnd(model, transport), "how a stream ended");
            Hold.SameBytes([.. plain], [.. model.Plain], "what a stream brought");
            transport.Dispose();
            Hold.Same(BufferPool.RentedBytes, rented, "bytes of buffers that are out");
        }
    }

    /// <summary>What came behind the handshake stands anywhere in its buffer.</summary>
    private static (byte[]?, int, int) Rented(byte[] early)
    {
        if (early.Length == 0)
        {
            return default;
        }

        const int Before = 3;
        var buffer = BufferPool.Rent(Before + early.Length);
        early.CopyTo(buffer, Before);
        return (buffer, Before, Before + early.Length);
    }

    private static (IoStatus End, List<byte> Plain) ReadAll(ITransport transport)
    {
        var plain = new List<byte>();
        while (true)
        {
            var chunk = transport.ReadAsync().AsTask().GetAwaiter().GetResult();
            if (chunk.Status != IoStatus.Ok)
            {
                return (chunk.Status, plain);
            }

            Hold.That(chunk.Bytes.Length is > 0 and <= BufferPool.Large, "a chunk of another length than chunks have");
            plain.AddRange(chunk.Bytes.Span);
            chunk.Return();
        }
    }

    private static IoStatus ExpectedEnd(RecordModel model, OpenSslTransport transport) =>
        model.Status switch
        {
            TlsStatus.WantRead => IoStatus.Truncated,
            TlsStatus.Closed => IoStatus.Eof,
            _ => model.PeerSentFatalAlert ? transport.Fault!.Status : IoStatus.Failed,
        };
}
