using Spectre.Console;
using Tunnel.Reports;

namespace Tunnel.Cli.Top;

/// <summary>The lines above the table: the process as a whole, and what is not as it should be.</summary>
internal static class Header
{
    private const string Gap = "  ";

    /// <param name="width">Cells of a line.</param>
    /// <param name="most">Lines, at least one.</param>
    public static List<StyledLine> Of(TopModel model, int width, int most)
    {
        if (model.Sight is not { } sight)
        {
            var why = model.Away is { } away ? $"no answer: {away}" : "asking…";
            return Flow([(why, model.Away is null ? Paint.Faint : Paint.Alarm)], width).Take(most).ToList();
        }

        List<StyledLine> warnings =
        [
            .. model.Away is { } gone ? [Line($"no answer, this is old: {gone}", Paint.Alarm, width)] : NoLines,
            .. Warnings
                .Of(sight.Report)
                .Select(warning => Line(warning.Trouble.Cause, warning.IsAlarm ? Paint.Alarm : Paint.Caution, width)),
        ];
        var facts = Flow(Facts(model, sight), width);

        // A narrow screen has room for some of both.
        var room = Math.Max(Math.Min(facts.Count, (most + 1) / 2), most - warnings.Count);
        var lines = facts.Take(Math.Min(most, room)).ToList();
        var left = most - lines.Count;
        if (warnings.Count > left && left > 0)
        {
            warnings[left - 1] = Line(
                $"and {warnings.Count - left + 1} more warnings: 'w' shows all",
                Paint.Caution,
                width
            );
        }

        return [.. lines, .. warnings.Take(left)];
    }

    private static IReadOnlyList<StyledLine> NoLines => [];

    private static List<(string, Style)> Facts(TopModel model, Sight sight)
    {
        var report = sight.Report;
        var isUp = report.State == ProcessReport.Accepting && model.Away is null;
        var facts = new List<(string, Style)>
        {
            (model.Away is null ? report.State : "away", isUp ? Paint.Good : Paint.Alarm),
            ($"sessions {Units.Count(sight.Total)}", Paint.Strong),
            ($"sent {Units.Rate(sight.SentRate)}", Paint.Strong),
            ($"received {Units.Rate(sight.ReceivedRate)}", Paint.Strong),
        };
        if (model.IsPaused)
        {
            facts.Add(("paused", Paint.Bar));
        }

        if (model.Filter.Length > 0)
        {
            facts.Add(($"filter '{model.Filter}': {Units.Count(model.Rows.Count)}", Paint.Caution));
        }

        var refused = report.Tunnels.Sum(tunnel => tunnel.Refusals.Values.Sum());
        facts.Add(($"refused {Units.Count(refused)}", refused > 0 ? Paint.Caution : Paint.Plain));
        facts.Add(($"failed {Units.Count(report.Tunnels.Sum(tunnel => tunnel.SessionsFailed))}", Paint.Plain));
        facts.Add(($"accepted {Units.Count(report.Tunnels.Sum(tunnel => tunnel.SessionsAccepted))}", Paint.Plain));
        facts.Add(($"up {Units.Age(TimeSpan.FromSeconds(report.UptimeSeconds))}", Paint.Plain));
        facts.Add(($"memory {Units.Bytes(report.Resources.MemoryBytes)}", Paint.Plain));
        facts.Add(($"generation {report.Generation}", Paint.Plain));
        facts.Add(($"version {report.Version}", Paint.Plain));
        return facts;
    }

    private static List<StyledLine> Flow(IReadOnlyList<(string Text, Style Style)> facts, int width)
    {
        var lines = new List<StyledLine> { new(width) };
        foreach (var (text, style) in facts)
        {
            var safe = SafeText.Escape(text);
            var line = lines[^1];
            if (line.Taken > 0 && line.Left < Gap.Length + Cells.WidthOf(safe))
            {
                lines.Add(line = new StyledLine(width));
            }

            line.Add(line.Taken > 0 ? Gap : "", Paint.Plain).Add(safe, style);
        }

        return lines;
    }

    private static StyledLine Line(string text, Style style, int width) =>
        new StyledLine(width).Add("! ", style).Add(SafeText.Escape(text), style);
}
