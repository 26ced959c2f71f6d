using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;

namespace Tunnel.Tests.TestKit;

internal enum DamageKind
{
    None,
    Fin,
    Rst,
    FlippedByte,
    MissingByte,
}

/// <param name="OfSent">Of what the broken peer says; else of what it hears.</param>
/// <param name="Offset">Of the first byte concerned.</param>
internal sealed record Damage(DamageKind Kind, bool OfSent, int Offset);

/// <summary>The far side of a handshake, which goes wrong at one byte of it.</summary>
internal sealed class BrokenPeer(OpenSslContext context, TlsProfile profile, Socket socket, Damage damage)
{
    private readonly byte[] _room = new byte[32 * 1024];

    public int Sent { get; private set; }

    public int Received { get; private set; }

    public async Task RunAsync()
    {
        using var session = new OpenSslSession(context.Handle, profile.Role == TunnelRole.Server, null);
        try
        {
            await ShakeHandsAsync(session);
        }
        catch (SocketException)
        {
            // Whom it broke with may answer with RST.
        }
        finally
        {
            socket.Dispose();
        }
    }

    private (TlsStatus Status, int Written) Step(OpenSslSession session, ConnectionState connection, int input)
    {
        using (OpenSslCallbacks.Enter(connection))
        {
            var status = session.Handshake(_room.AsSpan(0, input), _room.AsSpan(input), out _, out var written);
            return (status, written);
        }
    }

    private async Task ShakeHandsAsync(OpenSslSession session)
    {
        using var tickets = new TicketJar();
        var connection = new ConnectionState(session, profile, null, tickets, new());
        var (input, isBroken) = (0, false);
        while (true)
        {
            var (status, written) = Step(session, connection, input);
            var piece = _room.AsSpan(input, written).ToArray();
            var at = damage.OfSent ? damage.Offset - Sent : -1;
            Sent += piece.Length;
            if (at >= 0 && at < piece.Length && damage.Kind != DamageKind.None)
            {
                piece = Spoil(piece, at);
                isBroken = true;
            }

            await socket.SendAllAsync(piece);
            if (isBroken && damage.Kind == DamageKind.Rst)
            {
                socket.Reset();
                return;
            }

            if (isBroken || status is TlsStatus.Complete or TlsStatus.Failed)
            {
                socket.Shutdown(SocketShutdown.Send);
                await socket.EndAsync();
                return;
            }

            (input, isBroken) = await HearAsync();
            if (input == 0)
            {
                return;
            }
        }
    }

    private async Task<(int Input, bool IsBroken)> HearAsync()
    {
        var read = await socket.ReceiveAsync(_room.AsMemory(0, 16 * 1024)).AsTask().WaitAsync(Wire.Patience);
        var at = damage.OfSent ? -1 : damage.Offset - Received;
        Received += read;
        if (at < 0 || at >= read || damage.Kind == DamageKind.None)
        {
            return (read, false);
        }

        var spoilt = Spoil(_room[..read], at);
        spoilt.CopyTo(_room, 0);
        return (Math.Max(spoilt.Length, 1), true);
    }

    private byte[] Spoil(byte[] piece, int at)
    {
        switch (damage.Kind)
        {
            case DamageKind.FlippedByte:
                piece[at] ^= 0x20;
                return piece;
            case DamageKind.MissingByte:
                return [.. piece[..at], .. piece[(at + 1)..]];
            default:
                return piece[..at];
        }
    }
}
