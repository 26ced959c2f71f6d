using System.Runtime.InteropServices;
using Tunnel.Tls;

namespace Tunnel.OpenSsl;

/// <summary>
/// What libssl calls back. It does so on the thread that is inside <c>SSL_do_handshake</c> or <c>SSL_read</c>, so the
/// session concerned is found in a thread-static; nothing managed is ever handed to native code. A callback must not
/// throw: native frames stand between it and whoever could catch.
/// </summary>
internal static unsafe class OpenSslCallbacks
{
    // tls1.h
    private const int AlpnOk = 0;
    private const int AlpnNoAck = 3;

    [ThreadStatic]
    private static ConnectionState? _current;

    /// <summary>Names the connection for which this thread is about to enter libssl, until what it gets is disposed of.</summary>
    public static Stay Enter(ConnectionState connection)
    {
        _current = connection;
        return default;
    }

    /// <summary>For the ClientHello that is being written.</summary>
    public static bool WantsTicketIfResumed => _current is not { HasYoungTicket: true };

    /// <summary>Replaces libssl's verification (SSL_CTX_set_cert_verify_callback(3)): OpenSSL's chain check, then our rules.</summary>
    [UnmanagedCallersOnly]
    public static int Verify(nint storeContext, nint argument)
    {
        try
        {
            var connection = _current!;
            var verdict = connection.Peers.Verify(storeContext, connection.Policy, connection.Crls);
            connection.Leaf = verdict.Leaf;
            connection.Refusal = verdict.Refusal;
            if (connection.Refusal is not null)
            {
                return 0;
            }

            connection.Refusal = connection.Policy.JudgeNames(verdict.Leaf, verdict.CommonNameUse);
            connection.RememberCommonNameUse(verdict.CommonNameUse);
            if (connection.Refusal is null)
            {
                return 1;
            }

            if (connection.CanTellByProtocol)
            {
                // So the client learns the reason, as from a server with the other backend. There is no ticket for it.
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
            // .NET uses the same OpenSSL; what it leaves in the queue SSL_get_error(3) would take for a failure of ours.
            LibCrypto.ERR_clear_error();
        }
    }

    /// <summary>A protocol of ours if one is offered; none otherwise, so that a client of another kind is served plainly.</summary>
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

    /// <summary>A ticket has come: kept for the next handshake. Returning 1 takes over the reference.</summary>
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
    /// A ticket is to be sealed, or one has come. A fault of ours breaks the handshake in the first case, as libssl can send
    /// no ticket that is none; in the second the handshake is a full one.
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
            // Random bytes or memory that the system does not have.
        }

        if (answer == 0)
        {
            // What goes on must not find an error in the queue.
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
