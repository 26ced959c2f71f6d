using System.Security.Cryptography;
using NUnit.Framework;
using Tunnel.OpenSsl;

namespace Tunnel.Tests.OpenSsl;

/// <summary>The records of two ends with the same secrets, and what either would send of its own making.</summary>
internal sealed class RecordEnds : IDisposable
{
    /// <summary>What a record with one byte of content adds to it.</summary>
    public const int Overhead = RecordKey.HeaderBytes + 1 + RecordKey.TagBytes;

    private readonly RecordKey _serverSeals;
    private readonly RecordKey _clientSeals;
    private readonly RecordKey _serverOpens;

    public RecordEnds(string suiteName, ulong mostRecordsOfAKey = Tls13Records.MostRecordsOfAKey)
    {
        var suite = AeadSuite.Find(suiteName)!;
        // As long as a hash of the suite's.
        var length = suite.Hash == HashAlgorithmName.SHA384 ? 48 : 32;
        var (up, down) = (RandomNumberGenerator.GetBytes(length), RandomNumberGenerator.GetBytes(length));
        _serverSeals = new RecordKey(suite, [.. down], seals: true);
        _clientSeals = new RecordKey(suite, [.. up], seals: true);
        _serverOpens = new RecordKey(suite, [.. up], seals: false);
        Client = new Tls13Records(new RecordKey(suite, [.. down], false), _clientSeals, true, null);
        Server = new Tls13Records(new RecordKey(suite, [.. up], false), _serverSeals, false, null, mostRecordsOfAKey);
    }

    public Tls13Records Client { get; }

    public Tls13Records Server { get; }

    public byte[] Write(byte[] plain)
    {
        var output = new byte[ITlsRecords.RoomFor(plain.Length)];
        Assert.That(Server.Write(plain, output, out var written), Is.EqualTo(TlsStatus.Complete));
        return output[..written];
    }

    public byte[] Seal(byte[] content, byte type) => Seal(_serverSeals, content, type);

    /// <summary>What the server seals from now on is under its next key.</summary>
    public void Advance() => _serverSeals.Advance();

    public byte[] SealAsClient(byte[] content, byte type) => Seal(_clientSeals, content, type);

    public byte[] Read(byte[] wire)
    {
        var plain = ReadSome(wire, out var status, out var consumed);
        Assert.That((status, consumed), Is.EqualTo((TlsStatus.WantRead, wire.Length)), Client.Fault?.Trouble.Cause);
        return plain;
    }

    public byte[] ReadSome(byte[] wire, out TlsStatus status, out int consumed)
    {
        var plain = new byte[wire.Length];
        status = Client.Read(wire, plain, out consumed, out var read);
        return plain[..read];
    }

    /// <summary>What the client has to tell the server when it ends; null if nothing.</summary>
    public byte[]? Alert(byte otherwise = Alerts.InternalError)
    {
        var output = new byte[ITlsRecords.RoomFor(0)];
        if (!Client.TryAlert(otherwise, output, out var written))
        {
            Assert.That(written, Is.Zero);
            return null;
        }

        var plain = new byte[written];
        Assert.That(_serverOpens.TryOpen(output.AsSpan(0, written), plain), "under the client's key");
        Assert.That(written, Is.EqualTo(Overhead + 2));
        Assert.That(plain[2], Is.EqualTo(ContentTypes.Alert));
        return plain[..2];
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        _serverOpens.Dispose();
    }

    private static byte[] Seal(RecordKey key, byte[] content, byte type)
    {
        var record = new byte[content.Length + Overhead];
        key.Seal(content, type, record);
        return record;
    }
}
