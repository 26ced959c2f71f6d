using System.Runtime.InteropServices;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// What libssl calls back. It does so on the thread that is inside <c>SSL_do_handshake</c> or <c>SSL_read</c>, so a
/// thread-static holds the session concerned, and nothing managed is ever passed to native code. A callback must not
/// throw: there are native frames between it and any handler.
/// </summary>
internal static unsafe class OpenSslCallbacks
{
    // tls1.h
    private const int AlpnOk = 0;
    private const int AlpnNoAck = 3;

    [ThreadStatic]
    private static ConnectionState? _current;

    /// <summary>
    /// Sets the connection for which this thread is about to enter libssl, until the result is disposed of.
    /// </summary>
    public static Stay Enter(ConnectionState connection)
    {
        _current = connection;
        return default;
    }

    /// <summary>For the ClientHello being written.</summary>
    public static bool WantsTicketIfResumed => _current is not { HasYoungTicket: true };

    /// <summary>
    /// Replaces libssl's verification (SSL_CTX_set_cert_verify_callback(3)): OpenSSL's chain check, then our rules.
    /// </summary>
    [UnmanagedCallersOnly]
    public static int Verify(nint storeContext, nint argument)
    {
        try
        {
            var connection = _current!;
            var verdict = connection.Peers.Verify(storeContext, connection.Policy, connection.Crls);
            (connection.Leaf, connection.Chain) = (verdict.Leaf, verdict.Chain);
            connection.Refusal = verdict.Refusal;
            if (connection.Refusal is { Code: RefusalCode.Expired or RefusalCode.NotYetValid } && connection.TellsDates)
            {
                connection.SendNoTickets();
                LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.Ok);
                return 1;
            }

            if (connection.Refusal is not null)
            {
                return 0;
            }

            connection.Refusal = connection.Policy.JudgeAccess(
                verdict.Leaf,
                verdict.Chain,
                verdict.CommonNameUse,
                connection.From
            );
            connection.Remember(verdict);
            if (connection.Refusal is null)
            {
                return 1;
            }

            if (connection.CanTellByProtocol)
            {
                // So the client learns the reason, as from a server with the other backend. It gets no ticket.
                connection.SendNoTickets();
                return 1;
            }

            // The error decides which alert the peer gets.
            LibCrypto.X509_STORE_CTX_set_error(storeContext, VerifyErrors.HostnameMismatch);
            return 0;
        }
        catch (Exception e)
        {
            if (_current is { } connection)
            {
                connection.Refusal = new Refusal(RefusalCode.OtherChainFault, SafeText.Escape(e.Message));
            }

            return 0;
        }
        finally
        {
            // .NET uses the same OpenSSL; SSL_get_error(3) would take what it leaves in the queue for a failure of
            // ours.
            LibCrypto.ERR_clear_error();
        }
    }

    /// <summary>Selects a protocol of ours if one is offered, else none, so that other clients get plain TLS.</summary>
    [UnmanagedCallersOnly]
    public static int SelectProtocol(
        nint ssl,
        byte** selected,
        byte* length,
        byte* offered,
        uint offeredLength,
        nint argument
    )
    {
        var offer = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        var (start, count) = ProtocolNames.Select(_current?.ApplicationProtocols ?? [], offer);
        if (count == 0)
        {
            return AlpnNoAck;
        }

        *selected = offered + start;
        *length = (byte)count;
        return AlpnOk;
    }

    /// <summary>
    /// A ticket has arrived: it is kept for the next handshake. Returning 1 takes over the reference.
    /// </summary>
    [UnmanagedCallersOnly]
    public static int NewSession(nint ssl, nint session)
    {
        if (_current is not { } connection)
        {
            return 0;
        }

        connection.Tickets.Keep(session);
        return 1;
    }

    /// <summary>A secret has been made (SSL_CTX_set_keylog_callback(3)).</summary>
    [UnmanagedCallersOnly]
    public static void KeyLog(nint ssl, byte* line) => _current?.Secrets.Take(line);

    /// <summary>
    /// A ticket must be sealed, or one has arrived. A fault of ours breaks the handshake in the first case, because
    /// libssl must send a ticket; in the second it becomes a full handshake.
    /// </summary>
    [UnmanagedCallersOnly]
    public static int TicketKey(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int seals)
    {
        var answer = seals == 1 ? -1 : 0;
        try
        {
            if (_current?.TicketKeys is { } ring)
            {
                answer =
                    seals == 1
                        ? TicketSeal.Seal(ring, name, iv, cipher, mac)
                        : TicketSeal.Open(ssl, ring, name, iv, cipher, mac);
            }
        }
        catch (Exception)
        {
            // The system has no random bytes or no memory.
        }

        if (answer == 0)
        {
            // The rest of the handshake must not find an error in the queue.
            LibCrypto.ERR_clear_error();
        }

        return answer;
    }

    /// <summary>A thread's stay in libssl.</summary>
    public readonly ref struct Stay : IDisposable
    {
        public void Dispose() => _current = null;
    }
}
