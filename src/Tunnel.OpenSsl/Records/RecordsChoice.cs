using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>Chooses what handles the records of a connection whose handshake is complete.</summary>
internal static class RecordsChoice
{
    /// <param name="session">Taken over; it is freed as soon as nothing needs it.</param>
    public static ITlsRecords After(OpenSslSession session, Handshaker handshaker, TlsProfile profile, string cipher)
    {
        if (
            AeadSuite.Find(cipher) is not { } suite
            || handshaker.RecordsSentUnderNewKey is not { } sent
            || session.HoldsInput
            || handshaker.State.Secrets.HandOver() is not var (client, server)
        )
        {
            handshaker.State.Secrets.Wipe();
            return new LibSslRecords(session, handshaker.State);
        }

        var isClient = profile.Role == TunnelRole.Client;
        var tickets = isClient && profile.SessionResumption ? new TicketTaker(session, handshaker.State) : null;
        if (tickets is null)
        {
            session.Dispose();
        }

        return new Tls13Records(
            new RecordKey(suite, isClient ? server : client, seals: false),
            new RecordKey(suite, isClient ? client : server, seals: true, isClient ? 0 : (ulong)sent),
            isClient,
            tickets
        );
    }
}
