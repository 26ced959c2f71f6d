namespace Tunnel.OpenSsl;

/// <summary>
/// Makes sessions of the tickets that a server sends after the handshake. Only libssl can do that, so it gets the
/// records that hold them; they are the first records, so it decrypts them under the same numbers as we do.
/// </summary>
internal sealed class TicketTaker(OpenSslSession session, ConnectionState connection) : IDisposable
{
    // Servers send one to four, and a ticket fits a record. The last one is kept, and is no better than the first, but
    // processing one costs libssl as much as dozens of other records.
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

        // Neither yields anything: a ticket is not data and gets no answer.
        Span<byte> plain = stackalloc byte[1];
        using var stay = OpenSslCallbacks.Enter(connection);
        var status = session.Read(record, plain, default, out _, out _, out _);
        _stopped = status != TlsStatus.WantRead;
    }

    public void Dispose() => session.Dispose();
}
