using System.Globalization;
using System.Reflection;
using System.Text;
using Tunnel.Config;
using Tunnel.Opening;

namespace Tunnel.Tunnels;

/// <summary>What a process says about its tunnels: a line for each fact, <c>name: value</c>.</summary>
public static class StatusText
{
    private const string Role = "role: ";
    private const string State = "state: ";
    private const string Accepting = State + "accepting";
    private const string Draining = State + "draining";
    private const string NotListening = State + "not_listening";

    private static readonly string _version = typeof(StatusText)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    /// <param name="generation">Of the configuration.</param>
    /// <param name="uptime">Since the start; shown in whole seconds.</param>
    internal static string Of(IReadOnlyList<TunnelMember> tunnels, bool draining, int generation, TimeSpan uptime)
    {
        var text = new StringBuilder();
        var state = draining ? Draining : Accepting;
        if (tunnels is [{ Candidate.Settings: { Name: null, Role: var role } } only])
        {
            text.Append(CultureInfo.InvariantCulture, $"{Role}{role.Word()}\n");
            text.Append(state).Append('\n');
            Counts(text, only);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"{Role}several\n");
            text.Append(state).Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"tunnels: {tunnels.Count}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"generation: {generation}\n");
        text.Append(CultureInfo.InvariantCulture, $"uptime_seconds: {(long)uptime.TotalSeconds}\n");
        text.Append(CultureInfo.InvariantCulture, $"version: {_version}\n");
        foreach (var tunnel in tunnels.Where(tunnel => tunnel.Candidate.Settings.Name is not null))
        {
            text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"tunnel: {tunnel.Candidate.Settings.Name}\n");
            text.Append(CultureInfo.InvariantCulture, $"{Role}{tunnel.Candidate.Settings.Role.Word()}\n");
            text.Append(tunnel.Running is null ? NotListening : state).Append('\n');
            Counts(text, tunnel);
        }

        return text.ToString();
    }

    /// <summary>True for accepting, false for draining, null when the text is not a tunnel's or not complete.</summary>
    public static bool? IsAccepting(string text)
    {
        var lines = text.Split('\n');
        return lines is not [var role, var state, .., ""] || !role.StartsWith(Role, StringComparison.Ordinal) ? null
            : state == Accepting ? true
            : state == Draining ? false
            : null;
    }

    private static void Counts(StringBuilder text, TunnelMember tunnel)
    {
        if (tunnel.Running is not { } running)
        {
            text.Append(CultureInfo.InvariantCulture, $"cause: {SafeText.Escape(tunnel.Fault?.Message ?? "")}\n");
            return;
        }

        var (sent, received) = running.Table.Bytes;
        text.Append(CultureInfo.InvariantCulture, $"listener: {string.Join(' ', running.Endpoints)}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_active: {running.Table.Active}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_accepted: {running.Table.Accepted}\n");
        text.Append(CultureInfo.InvariantCulture, $"sessions_failed: {running.Table.Failed}\n");
        text.Append(CultureInfo.InvariantCulture, $"bytes_sent: {sent}\n");
        text.Append(CultureInfo.InvariantCulture, $"bytes_received: {received}\n");
        if (running.Strangers is { } strangers)
        {
            var (all, ofOne) = running.Admission.Most;
            text.Append(CultureInfo.InvariantCulture, $"sessions_most: {all}\n");
            text.Append(CultureInfo.InvariantCulture, $"sessions_per_identity_most: {ofOne}\n");
            text.Append(CultureInfo.InvariantCulture, $"sessions_waiting: {running.Admission.Waiting}\n");
            text.Append(CultureInfo.InvariantCulture, $"sessions_turned_away: {running.Admission.TurnedAway}\n");
            text.Append(CultureInfo.InvariantCulture, $"strangers: {strangers.Count}\n");
            text.Append(CultureInfo.InvariantCulture, $"strangers_most: {strangers.Limits.All}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"peers_refused: {running.Refusals.Count}\n");
        if (running.Refusals.Last is { } last)
        {
            Describe(text, last);
        }

        foreach (var target in running.Plan.Forward.All)
        {
            Describe(text, target);
        }
    }

    /// <summary>In the form of a line of the log: with access, which entry decided, or which came nearest.</summary>
    private static void Describe(StringBuilder text, LastRefusal last)
    {
        text.Append("last_refusal: at=");
        FieldText.Append(text, Instants.Format(last.At));
        text.Append(" peer=");
        FieldText.Append(text, last.Peer);
        text.Append(" claimed=");
        FieldText.Append(text, last.Claimed ?? "");
        text.Append(CultureInfo.InvariantCulture, $" refusal={last.Why.Code.Word()} detail=");
        FieldText.Append(text, last.Why.Reason, mostBytes: 512);
        text.Append('\n');
    }

    /// <summary>In the form of a line of the log.</summary>
    private static void Describe(StringBuilder text, Target target)
    {
        var health = target.Health;
        text.Append(CultureInfo.InvariantCulture, $"target: {target.Settings.Address}");
        text.Append(health.IsHealthy ? " healthy since=" : " unhealthy since=");
        FieldText.Append(text, Instants.Format(health.Since));
        text.Append(CultureInfo.InvariantCulture, $" sessions={target.Sessions}");
        if (health.Why is { } why)
        {
            text.Append(" detail=");
            FieldText.Append(text, why);
        }

        text.Append('\n');
    }
}
