namespace Tunnel.Cli.Top;

/// <summary>Tables one below the other, for what cannot show a screen: a file, a pipe, a simple terminal.</summary>
internal static class PlainTop
{
    /// <summary>Sessions in a table; 'tunnel sessions' has all.</summary>
    public const int MostRows = 20;

    // More than any table takes: nothing is cut.
    private const int Width = 400;

    /// <summary>Until <paramref name="stop"/> completes, or after the first table.</summary>
    /// <exception cref="ExplainedException">With <paramref name="once"/>: there is no answer.</exception>
    public static async Task RunAsync(
        IWatched watched,
        TextWriter output,
        TimeProvider time,
        TimeSpan interval,
        bool once,
        Task stop
    )
    {
        // Rates need two answers.
        Look? last = null;
        var wasAway = false;
        while (!stop.IsCompleted)
        {
            try
            {
                var look = await watched.LookAsync();
                if (last is not null)
                {
                    await output.WriteAsync(TextOf(Sight.Of(last, look)));
                    if (once)
                    {
                        return;
                    }
                }

                (last, wasAway) = (look, false);
            }
            catch (ExplainedException e) when (!once)
            {
                if (!wasAway)
                {
                    await output.WriteAsync($"no answer: {e.Message}\n\n");
                }

                wasAway = true;
            }

            await output.FlushAsync();
            await Task.WhenAny(Task.Delay(interval, time), stop);
        }
    }

    internal static string TextOf(Sight sight)
    {
        var model = new TopModel();
        model.Take(sight);
        var rows = model.Rows.Take(MostRows).ToList();
        var table = Table.For(rows, Width);
        IEnumerable<StyledLine> lines =
        [
            .. Header.Of(model, Width, int.MaxValue),
            table.Titles(model.Sort),
            .. rows.Select(row => table.Line(row, isSelected: false, isStale: false)),
        ];
        var text = string.Concat(lines.Select(line => line.ToString().TrimEnd() + "\n"));
        var more = model.Rows.Count - rows.Count;
        return more > 0 ? $"{text}and {Units.Count(more)} more: 'tunnel sessions' shows all\n\n" : text + "\n";
    }
}
