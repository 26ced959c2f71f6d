using NLog;
using NLog.Common;
using NLog.Targets;
using NLog.Targets.Wrappers;

namespace Tunnel.Diagnostics;

/// <summary>
/// Stands between those who log and a sink that may be slow, stopped or broken. It holds a limited number of bytes and
/// then drops the oldest lines. Its own thread writes, because a stopped terminal blocks the writer for as long as it
/// is stopped. Logging never waits.
/// </summary>
internal sealed class LineQueue : WrapperTargetBase
{
    /// <summary>
    /// Bytes of memory for waiting lines: enough for a disk that stops for three seconds at 5,000 sessions a second.
    /// </summary>
    internal const int MostBytes = 8 * 1024 * 1024;

    // Bytes written at once: large enough for full speed, small compared with the queue.
    private const int MostBatchBytes = 128 * 1024;

    // Delays a line by this much; a storm of lines then costs 100 writes a second instead of one for each line.
    private static readonly TimeSpan _batchTime = TimeSpan.FromMilliseconds(10);

    private readonly object _lock = new();
    private readonly Queue<(LogEventInfo Line, int Bytes)> _lines = new();
    private readonly List<AsyncContinuation> _flushes = [];
    private readonly LostLines _lost;
    private readonly AsyncContinuation _written;
    private readonly AsyncContinuation _noticeWritten;
    private long _bytes;
    private bool _closing;
    private int _failed;
    private string? _failure;

    public LineQueue(Target sink, LostLines lost)
    {
        Name = sink.Name + "-queue";
        WrappedTarget = sink;
        _lost = lost;
        _written = failure => NoteWritten(failure, lines: 1);
        _noticeWritten = failure => NoteWritten(failure, lines: 0);
    }

    protected override void InitializeTarget()
    {
        base.InitializeTarget();
        new Thread(WriteAll) { Name = Name, IsBackground = true }.Start();
    }

    protected override void WriteAsyncThreadSafe(AsyncLogEventInfo logEvent) => Write(logEvent);

    protected override void Write(AsyncLogEventInfo logEvent)
    {
        var bytes = LineSize.Of(logEvent.LogEvent);
        var dropped = 0;
        lock (_lock)
        {
            for (; _bytes + bytes > MostBytes && _lines.TryDequeue(out var oldest); dropped++)
            {
                _bytes -= oldest.Bytes;
            }

            _lines.Enqueue((logEvent.LogEvent, bytes));
            _bytes += bytes;
            if (_lines.Count == 1)
            {
                Monitor.Pulse(_lock);
            }
        }

        if (dropped > 0)
        {
            _lost.TooSlow(dropped);
        }

        logEvent.Continuation(null);
    }

    protected override void FlushAsync(AsyncContinuation asyncContinuation)
    {
        lock (_lock)
        {
            _flushes.Add(asyncContinuation);
            Monitor.Pulse(_lock);
        }
    }

    protected override void CloseTarget()
    {
        lock (_lock)
        {
            _closing = true;
            Monitor.Pulse(_lock);
        }

        base.CloseTarget();
    }

    private void WriteAll()
    {
        List<AsyncLogEventInfo> batch = [];
        while (Take(batch, out var flushes))
        {
            Write(batch);
            flushes.ForEach(WrappedTarget!.Flush);
        }
    }

    /// <returns>False when the queue is being closed.</returns>
    private bool Take(List<AsyncLogEventInfo> batch, out List<AsyncContinuation> flushes)
    {
        lock (_lock)
        {
            while (!_closing && _lines.Count == 0 && _flushes.Count == 0)
            {
                Monitor.Wait(_lock);
            }

            if (!_closing && _flushes.Count == 0)
            {
                Monitor.Wait(_lock, _batchTime);
            }

            for (var taken = 0; taken < MostBatchBytes && _lines.TryDequeue(out var next); taken += next.Bytes)
            {
                _bytes -= next.Bytes;
                var isNotice = next.Line.LoggerName == LostLines.LoggerName;
                batch.Add(next.Line.WithContinuation(isNotice ? _noticeWritten : _written));
            }

            // A flush is for the lines before it: it waits until none is left.
            flushes = _lines.Count == 0 ? [.. _flushes] : [];
            if (_lines.Count == 0)
            {
                _flushes.Clear();
            }

            return !_closing;
        }
    }

    private void Write(List<AsyncLogEventInfo> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        (_failed, _failure) = (0, null);
        WrappedTarget!.WriteAsyncLogEvents(batch);
        batch.Clear();
        if (_failure is null)
        {
            _lost.Written();
        }
        else if (_failed > 0)
        {
            _lost.Failed(_failed, _failure);
        }
    }

    // Called by the sink for each line, on our thread.
    private void NoteWritten(Exception? failure, int lines)
    {
        if (failure is not null)
        {
            _failed += lines;
            _failure = failure.Message;
        }
    }
}
