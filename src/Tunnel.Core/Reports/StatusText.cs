using System.Globalization;
using System.Text;

namespace Tunnel.Reports;

/// <summary>
/// A report for people: a line for each fact, <c>name: value</c>. It may come from another process: no text in it can
/// end a line, or control a terminal.
/// </summary>
public static class StatusText
{
    // Some hundred listeners.
    private const int MostBytes = 8192;

    private const string Role = "role: ";
    private const string State = "state: ";

    public static string Of(ProcessReport process)
    {
        var text = new StringBuilder();
        var tunnels = process.Tunnels;
        if (tunnels is [{ Name: null } only])
        {
            text.Append(CultureInfo.InvariantCulture, $"{Role}{Safe(only.Role)}\n{State}{Safe(process.State)}\n");
            Describe(text, process);
            Counts(text, only);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{Role}several\n{State}{Safe(process.State)}\n");
            text.Append(CultureInfo.InvariantCulture, $"tunnels: {tunnels.Count}\n");
            Describe(text, process);
        }

        text.Append(CultureInfo.InvariantCulture, $"generation: {process.Generation}\n");
        text.Append(CultureInfo.InvariantCulture, $"uptime_seconds: {process.UptimeSeconds}\n");
        text.Append(CultureInfo.InvariantCulture, $"version: {Safe(process.Version)}\n");
        foreach (var tunnel in tunnels.Where(tunnel => tunnel.Name is not null))
        {
            text.Append(CultureInfo.InvariantCulture, $"\ntunnel: {Safe(tunnel.Name!)}\n{Role}{Safe(tunnel.Role)}\n");
            text.Append(CultureInfo.InvariantCulture, $"{State}{Safe(tunnel.State)}\n");
            Counts(text, tunnel);
        }

        return text.ToString();
    }

    /// <summary>What is not as it should be, and what to do about it.</summary>
    private static void Describe(StringBuilder text, ProcessReport process)
    {
        foreach (var finding in process.Findings)
        {
            text.Append(CultureInfo.InvariantCulture, $"{finding.Level.Word()}: {Safe(finding.ToString())}\n");
        }

        if (process.MoreFindings > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"more_findings: {process.MoreFindings}\n");
        }
    }

    private static void Counts(StringBuilder text, TunnelReport tunnel)
    {
        if (tunnel.Cause is { } cause)
        {
            text.Append(CultureInfo.InvariantCulture, $"cause: {Safe(cause)}\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"listener: {Safe(string.Join(' ', tunnel.Listeners))}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_active: {tunnel.SessionsActive}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_accepted: {tunnel.SessionsAccepted}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_failed: {tunnel.SessionsFailed}\n");
        text.Append(CultureInfo.InvariantCulture, $"bytes_sent: {tunnel.BytesSent}\n");
        text.Append(CultureInfo.InvariantCulture, $"bytes_received: {tunnel.BytesReceived}\n");
        foreach (var limit in tunnel.Limits)
        {
            Describe(text, limit);
        }

        text.Append(CultureInfo.InvariantCulture, $"peers_refused: {tunnel.Refusals.Values.Sum()}\n");
        if (tunnel.LastRefusal is { } last)
        {
            Describe(text, last);
        }

        foreach (var target in tunnel.Targets)
        {
            Describe(text, target);
        }
    }

    private static void Describe(StringBuilder text, LimitReport limit)
    {
        text.Append(CultureInfo.InvariantCulture, $"limit: {Safe(limit.Key)} most={limit.Most}");
        if (limit.Used is { } used)
        {
            text.Append(CultureInfo.InvariantCulture, $" used={used}");
            text.Append(CultureInfo.InvariantCulture, $" waiting={limit.Waiting} turned_away={limit.TurnedAway}");
        }

        text.Append('\n');
    }

    /// <summary>In the form of a line of the log: with access, which entry decided, or which came nearest.</summary>
    private static void Describe(StringBuilder text, RefusalReport last)
    {
        text.Append("last_refusal: at=");
        FieldText.Append(text, Instants.Format(last.At));
        text.Append(" peer=");
        FieldText.Append(text, last.Peer);
        text.Append(" claimed=");
        FieldText.Append(text, last.Claimed ?? "");
        text.Append(CultureInfo.InvariantCulture, $" refusal={Safe(last.Refusal)} detail=");
        FieldText.Append(text, last.Detail, mostBytes: 512);
        text.Append('\n');
    }

    /// <summary>In the form of a line of the log.</summary>
    private static void Describe(StringBuilder text, TargetReport target)
    {
        text.Append(CultureInfo.InvariantCulture, $"target: {Safe(target.Address)}");
        text.Append(target.Healthy ? " healthy since=" : " unhealthy since=");
        FieldText.Append(text, Instants.Format(target.Since));
        text.Append(CultureInfo.InvariantCulture, $" sessions={target.Sessions}");
        if (target.Detail is { } why)
        {
            text.Append(" detail=");
            FieldText.Append(text, why);
        }

        text.Append('\n');
    }

    private static string Safe(string text) => SafeText.Escape(text, MostBytes);
}
