namespace Tunnel.OpenSsl;

/// <summary>
/// Makes sessions of the tickets that a server sends behind the handshake. Only libssl can, so it is shown the records
/// that hold them; as they are the first that come, it decrypts them under the same numbers as we do.
/// </summary>
internal sealed class TicketTaker(OpenSslSession session, ConnectionState connection) : IDisposable
{
    // Servers give one to four, and a ticket fits a record. The last that came is kept, and it is no better than the first;
    // but to understand one takes libssl as long as dozens of other records.
    private const int MostRecords = 16;

    private int _records;
    private bool _stopped;

    /// <param name="record">Every record from the first on, until one holds something else.</param>
    public void Take(ReadOnlySpan<byte> record)
    {
        if (_stopped || ++_records > MostRecords)
        {
            return;
        }

        // Nothing comes out of either, as a ticket is no data and is not answered.
        Span<byte> plain = stackalloc byte[1];
        using var stay = OpenSslCallbacks.Enter(connection);
        var status = session.Read(record, plain, default, out _, out _, out _);
        _stopped = status != TlsStatus.WantRead;
    }

    public void Dispose() => session.Dispose();
}
