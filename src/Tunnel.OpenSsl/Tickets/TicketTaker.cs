namespace Tunnel.Tls.OpenSslBackend;

/// <summary>
/// Makes sessions of the tickets that a server sends behind the handshake. Only libssl can, so it is shown the records
/// that hold them; as they are the first that come, it decrypts them under the same numbers as we do.
/// </summary>
internal sealed class TicketTaker(OpenSslSession session, Handshaker handshaker) : IDisposable
{
    private bool _stopped;

    /// <param name="record">Every record from the first on, until one holds something else.</param>
    public void Take(ReadOnlySpan<byte> record)
    {
        if (_stopped)
        {
            return;
        }

        // Nothing comes out of either, as a ticket is no data and is not answered.
        Span<byte> plain = stackalloc byte[1];
        OpenSslCallbacks.Enter(handshaker);
        var status = session.Read(record, plain, default, out _, out _, out _);
        OpenSslCallbacks.Enter(null);
        _stopped = status != TlsStatus.WantRead;
    }

    public void Dispose() => session.Dispose();
}
