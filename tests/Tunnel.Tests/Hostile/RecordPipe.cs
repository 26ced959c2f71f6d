using System.Buffers.Binary;
using System.Net.Sockets;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Hostile;

/// <summary>One direction of a connection in the middle: whole TLS records, one of which meets its fate.</summary>
/// <param name="tick">As in <see cref="Middle.Tick"/>.</param>
/// <param name="note">Told of each record before it is passed on.</param>
internal sealed class RecordPipe(Socket from, Socket to, Tamper tamper, Func<bool> tick, Action<byte[]> note)
{
    private const int HeaderBytes = 5;

    private readonly byte[] _room = new byte[64 * 1024];
    private byte[] _held = [];
    private int _count;
    private bool _drips;
    private bool _isCut;

    /// <summary>The other direction.</summary>
    public RecordPipe? Other { get; set; }

    public async Task CopyAsync()
    {
        try
        {
            byte[] have = [];
            int read;
            while ((read = await from.ReceiveAsync(_room)) > 0)
            {
                have = [.. have, .. _room.AsSpan(0, read)];
                while (LengthOf(have) is { } length && have.Length >= length)
                {
                    note(have[..length]);
                    await PassAsync(have[..length]);
                    have = have[length..];
                }
            }

            await SendAsync([.. _held, .. have]);
            Finish();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            if (!_isCut)
            {
                Cut();
                Break(to);
            }
        }
    }

    private static int? LengthOf(byte[] have) =>
        have.Length >= HeaderBytes ? HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(have.AsSpan(3)) : null;

    private async Task PassAsync(byte[] record)
    {
        var isIt = tamper.Kind != TamperKind.None && _count++ == tamper.Record;
        if (isIt)
        {
            await TamperAsync(record, Math.Min(tamper.Offset, record.Length - 1));
            return;
        }

        var held = _held;
        _held = [];
        await SendAsync([.. record, .. held]);
    }

    private async Task TamperAsync(byte[] record, int at)
    {
        switch (tamper.Kind)
        {
            case TamperKind.Flip:
                record[at] ^= tamper.Foreign[0];
                await SendAsync(record);
                break;
            case TamperKind.Lose:
                await SendAsync([.. record[..at], .. record[(at + 1)..]]);
                break;
            case TamperKind.Repeat:
                await SendAsync([.. record, .. record]);
                break;
            case TamperKind.Insert:
                await SendAsync([.. tamper.Foreign, .. record]);
                break;
            case TamperKind.Swap:
                _held = record;
                break;
            case TamperKind.Split:
                await SendAsync(record[..at]);
                await SendAsync(record[at..]);
                break;
            case TamperKind.Crumbs:
                await CrumbleAsync(record);
                break;
            case TamperKind.Drip:
                await SendAsync(record[..at]);
                _drips = true;
                await SendAsync(record[at..]);
                break;
            case not TamperKind.Drop:
                await SendAsync(record[..at]);
                Sever();
                break;
        }
    }

    private static void Break(Socket socket)
    {
        try
        {
            socket.Reset();
        }
        catch (ObjectDisposedException)
        {
            // The other direction has done it.
        }
    }

    private async Task CrumbleAsync(byte[] bytes)
    {
        foreach (var b in bytes)
        {
            await to.SendAllAsync(new[] { b });
        }
    }

    private void Sever()
    {
        switch (tamper.Kind)
        {
            case TamperKind.CutFin:
                to.Shutdown(SocketShutdown.Send);
                break;
            case TamperKind.CutRst:
                Other!.Cut();
                Break(to);
                Break(from);
                break;
            default:
                Other!.Cut();
                break;
        }

        Cut();
    }

    private void Cut() => _isCut = true;

    private void Finish()
    {
        if (!_isCut)
        {
            to.Shutdown(SocketShutdown.Send);
        }
    }

    private async Task SendAsync(byte[] bytes)
    {
        if (_isCut)
        {
            return;
        }

        if (!_drips)
        {
            await to.SendAllAsync(bytes);
            return;
        }

        foreach (var b in bytes)
        {
            if (!tick())
            {
                Cut();
                return;
            }

            await to.SendAllAsync(new[] { b });
        }
    }
}
