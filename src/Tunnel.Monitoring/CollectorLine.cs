namespace Tunnel.Monitoring;

/// <summary>
/// The way of the exports to the collector. It tells the log when they do not arrive and when they do again, which the
/// exporter keeps to itself, and it ends those that are under way.
/// </summary>
internal sealed class CollectorLine(Uri collector, TimeSpan interval) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>What the specification of OTLP exporters has as the default (OTEL_EXPORTER_OTLP_TIMEOUT).</summary>
    public static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _end = new();
    private long _lost;

    /// <summary>Ends what is under way then, and whatever begins later.</summary>
    public void EndAfter(TimeSpan time) => _end.CancelAfter(time);

    /// <summary>The exporter has no other: it waits on a thread of its own.</summary>
    /// <inheritdoc/>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        try
        {
            return Judge(base.Send(request, either.Token));
        }
        catch (Exception e)
        {
            Lose(
                _end.IsCancellationRequested ? "no answer before the process had to end"
                : e is OperationCanceledException ? $"no answer within {LongestAnswer.TotalSeconds} s"
                : e.GetBaseException().Message
            );
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _end.Dispose();
        base.Dispose(disposing);
    }

    private HttpResponseMessage Judge(HttpResponseMessage answer)
    {
        if (!answer.IsSuccessStatusCode)
        {
            Lose($"it answers {(int)answer.StatusCode} {answer.ReasonPhrase}");
        }
        else if (_lost > 0)
        {
            TunnelLogger.OfProcess.Info(
                "metrics reach {target:l} again; {lost_exports} exports were lost",
                $"{collector}",
                _lost
            );
            _lost = 0;
        }

        return answer;
    }

    private void Lose(string cause)
    {
        if (_lost++ == 0)
        {
            TunnelLogger.OfProcess.Warn(
                "metrics do not reach {target:l}: {cause:l}; see that a collector takes OTLP over HTTP there, or "
                    + "correct monitor.otlp.endpoint. It is tried again every {interval_seconds} s, and sessions go on",
                $"{collector}",
                cause,
                interval.TotalSeconds
            );
        }
    }
}
