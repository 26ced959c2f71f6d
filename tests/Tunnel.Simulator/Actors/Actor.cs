using System.Net.Sockets;

namespace Tunnel.Simulator;

/// <summary>How a stream ended for whoever read it.</summary>
internal enum StreamEnd
{
    /// <summary>Not seen.</summary>
    None,

    /// <summary>FIN: in order.</summary>
    Eof,

    /// <summary>RST or another break.</summary>
    Error,
}

/// <summary>
/// An application or a target: follows its script, checks every byte it gets, and notes what it saw. It is not under
/// test and has no part in the product's threads.
/// </summary>
internal sealed class Actor
{
    // Longer than every timeout of a world together; who has heard of no end by then leaves, and the oracle asks why.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly Scheduler _scheduler;
    private readonly Script _script;
    private readonly byte[] _buffer;
    private readonly int _expected;
    private readonly int _own;
    private readonly Action<string>? _told;
    private int _deed;
    private int _sentOfDeed;
    private bool _isWaiting;
    private bool _readIsDue;
    private bool _stallIsOver;
    private bool _writeFailed;

    /// <param name="own">Number of the stream that it sends.</param>
    /// <param name="expected">Number of the one that it must get.</param>
    public Actor(
        Scheduler scheduler,
        string name,
        TcpEnd end,
        Script script,
        int own,
        int expected,
        Action<string>? told
    )
    {
        _told = told is null ? null : what => told($"{name} {what}");
        (_scheduler, Name, End, _script, _own, _expected) = (scheduler, name, end, script, own, expected);
        CameAt = scheduler.Now;
        _buffer = new byte[script.Reading.MostBytes];
        end.Changed = Look;
        Look();
        scheduler.Outside(TimeSpan.Zero, Proceed);
        scheduler.Outside(_patience, GiveUp);
    }

    public string Name { get; }

    public TimeSpan CameAt { get; }

    public TcpEnd End { get; }

    public Reading Reading => _script.Reading;

    public long BytesRead { get; private set; }

    public StreamEnd Saw { get; private set; }

    /// <summary>What was wrong with the bytes that came; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>It is gone.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>When it went.</summary>
    public TimeSpan? HasLeftAt { get; private set; }

    /// <summary>The longest that its script does nothing for.</summary>
    public int LongestWaitMs =>
        _script.Deeds.Where(deed => deed.Kind == DeedKind.Wait).Select(deed => deed.Amount).DefaultIfEmpty().Max();

    /// <summary>It left while the other side's stream still went on for it.</summary>
    public bool LeftEarly { get; private set; }

    /// <summary>It was still waiting for the end of the other side's stream when its patience ended.</summary>
    public bool WaitedInVain { get; private set; }

    public bool IsStalled => !_stallIsOver && Reading.StallsAfterBytes is { } after && BytesRead >= after;

    /// <summary>Its process is gone, whatever it was at.</summary>
    public void Die()
    {
        if (!HasLeft)
        {
            Leave(end => end.Abort());
        }
    }

    private bool WantsMore => !HasLeft && Saw == StreamEnd.None;

    private void Look()
    {
        if (WantsMore && !_readIsDue && End.IsReadable)
        {
            _readIsDue = true;
            _scheduler.Outside(PauseBeforeRead(), Read);
        }

        if (_isWaiting)
        {
            _isWaiting = false;
            _scheduler.Outside(TimeSpan.Zero, Proceed);
        }
    }

    private TimeSpan PauseBeforeRead() =>
        Reading.PauseMs > 0
            ? TimeSpan.FromMilliseconds(Reading.PauseMs)
            : TimeSpan.FromMicroseconds(_scheduler.Dice.Next(100));

    private void Read()
    {
        _readIsDue = false;
        if (!WantsMore)
        {
            return;
        }

        if (IsStalled)
        {
            if (Reading.StallMs is { } ms)
            {
                _readIsDue = true;
                _scheduler.Outside(
                    TimeSpan.FromMilliseconds(ms),
                    () =>
                    {
                        _stallIsOver = true;
                        Read();
                    }
                );
            }

            return;
        }

        var result = End.Receive(_buffer);
        if (result.Bytes > 0)
        {
            Check(_buffer.AsSpan(0, result.Bytes));
            BytesRead += result.Bytes;
            _told?.Invoke($"reads {result.Bytes} bytes, {BytesRead} in all");
        }
        else if (result.Error != SocketError.WouldBlock)
        {
            // Linux reports a break once: whoever has heard of it from a write reads an end.
            Saw = result.Error == SocketError.Success && !_writeFailed ? StreamEnd.Eof : StreamEnd.Error;
            _told?.Invoke(
                $"sees {(Saw == StreamEnd.Eof ? "the end" : $"a break ({result.Error})")} after {BytesRead} bytes"
            );
            if (Saw == StreamEnd.Error)
            {
                Leave(end => end.Abort());
            }
        }

        _isWaiting |= !HasLeft;
        Look();
    }

    private void Check(ReadOnlySpan<byte> bytes)
    {
        var expected = Pattern.Of(_expected, BytesRead, bytes.Length);
        if (Fault is null && bytes.CommonPrefixLength(expected) is var same && same < bytes.Length)
        {
            Fault = $"byte {BytesRead + same} is {bytes[same]}, not {expected[same]}";
        }
    }

    private void Proceed()
    {
        while (!HasLeft && !_isWaiting)
        {
            if (_deed == _script.Deeds.Count)
            {
                // Whoever has nothing left to do waits for the other side's end, and goes.
                if (Saw == StreamEnd.None)
                {
                    _isWaiting = true;
                    return;
                }

                Leave(end => end.Close());
                return;
            }

            var deed = _script.Deeds[_deed];
            if (!Do(deed))
            {
                return;
            }

            _told?.Invoke($"has done: {deed.Kind} {deed.Amount}");
            _deed++;
        }
    }

    /// <returns>False while it is not done.</returns>
    private bool Do(Deed deed)
    {
        switch (deed.Kind)
        {
            case DeedKind.Send:
                return Send(deed.Amount);
            case DeedKind.Wait when _sentOfDeed == 0:
                // Done when it is looked at again.
                _sentOfDeed = 1;
                _scheduler.Outside(TimeSpan.FromMilliseconds(deed.Amount), () => WaitIsOver());
                return false;
            case DeedKind.Wait:
                return false;
            case DeedKind.WaitForBytes:
                return Until(BytesRead >= deed.Amount || Saw != StreamEnd.None);
            case DeedKind.WaitForEnd:
                return Until(Saw != StreamEnd.None);
            case DeedKind.HalfClose:
                _ = End.ShutdownSend();
                return true;
            case DeedKind.Close:
                Leave(end => end.Close());
                return true;
            default:
                Leave(end => end.Abort());
                return true;
        }
    }

    private void WaitIsOver()
    {
        _sentOfDeed = 0;
        _deed++;
        Proceed();
    }

    private bool Until(bool holds)
    {
        _isWaiting = !holds;
        return holds;
    }

    private bool Send(int amount)
    {
        var piece = Pattern.Of(_own, End.BytesTaken, Math.Min(amount - _sentOfDeed, 16 * 1024));
        var result = End.Send(piece);
        _sentOfDeed += result.Bytes;
        if (result.Error is not (SocketError.Success or SocketError.WouldBlock))
        {
            _told?.Invoke($"cannot write: {result.Error}");
            GiveUpWriting();
            return false;
        }

        if (_sentOfDeed == amount)
        {
            _sentOfDeed = 0;
            return true;
        }

        if (result.Error == SocketError.WouldBlock)
        {
            _isWaiting = true;
        }
        else
        {
            _scheduler.Outside(TimeSpan.FromMicroseconds(1), Proceed);
        }

        return false;
    }

    private void GiveUpWriting()
    {
        _writeFailed = true;
        if (_scheduler.Dice.Percent(50))
        {
            // As most programs do: a failed write is the end, whatever could still be read.
            Leave(end => end.Abort());
            return;
        }

        _deed = _script.Deeds.Count;
        _isWaiting = true;
        Look();
    }

    private void GiveUp()
    {
        if (!HasLeft)
        {
            WaitedInVain = Saw == StreamEnd.None;
            Leave(end => end.Abort());
        }
    }

    private void Leave(Action<TcpEnd> how)
    {
        _told?.Invoke("leaves");
        HasLeft = true;
        HasLeftAt = _scheduler.Now;
        LeftEarly = Saw == StreamEnd.None;
        End.Changed = null;
        how(End);
    }
}
