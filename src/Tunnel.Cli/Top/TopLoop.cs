namespace Tunnel.Cli.Top;

/// <summary>
/// Asks at intervals, obeys the keys, and shows what came of both. The model is touched here alone, by one at a time.
/// </summary>
internal sealed class TopLoop(IWatched watched, ITerminal terminal, TimeProvider time, TimeSpan interval)
{
    private readonly TopModel _model = new();
    private Look? _last;
    private Task<string>? _killing;
    private bool _all = true;

    /// <summary>Until the user quits, or <paramref name="stop"/> completes, or there is no terminal any more.</summary>
    public async Task RunAsync(Task stop)
    {
        var looking = LookAsync(TimeSpan.Zero);
        var pressed = terminal.Keys.WaitToReadAsync().AsTask();
        while (true)
        {
            var (width, height) = terminal.Size;
            terminal.Show(Screen.Of(_model, width, height), _all);
            _all = false;
            await Task.WhenAny(_killing is null ? [looking, pressed, stop] : [looking, pressed, stop, _killing]);
            if (stop.IsCompleted || (pressed.IsCompleted && !await pressed))
            {
                return;
            }

            if (_killing is { IsCompleted: true })
            {
                _model.Say(await _killing);
                _killing = null;
            }

            if (looking.IsCompleted)
            {
                looking = LookAsync(Take(await looking));
            }

            if (pressed.IsCompleted)
            {
                if (!Obey())
                {
                    return;
                }

                pressed = terminal.Keys.WaitToReadAsync().AsTask();
            }
        }
    }

    /// <returns>False: the user quits.</returns>
    private bool Obey()
    {
        while (terminal.Keys.TryRead(out var key))
        {
            switch (key is { } known ? TopKeys.Press(_model, known) : TopWish.Redraw)
            {
                case TopWish.Quit:
                    return false;
                case TopWish.Kill:
                    Kill();
                    break;
                case TopWish.Redraw:
                    _all = true;
                    break;
            }
        }

        return true;
    }

    private void Kill()
    {
        var id = _model.Asked!.Session.Id;
        _model.Enter(TopMode.Table);
        if (_killing is null)
        {
            _model.Say($"{id}: asking…");
            _killing = KillAsync(id);
        }
        else
        {
            _model.Say($"{id} goes on: the process has not answered the last request yet");
        }
    }

    /// <returns>How long to wait before the next answer.</returns>
    private TimeSpan Take((Look? Look, string Why, TimeSpan Took) answer)
    {
        if (answer.Look is { } look)
        {
            _model.Take(Sight.Of(_last, look));
            _last = look;
        }
        else
        {
            _model.TakeFailure(answer.Why);
        }

        // A process that takes long to answer is left in peace for as long again.
        return answer.Took > interval / 2 ? answer.Took : interval - answer.Took;
    }

    private async Task<(Look? Look, string Why, TimeSpan Took)> LookAsync(TimeSpan wait)
    {
        await Task.Delay(wait, time);
        var start = time.GetTimestamp();
        try
        {
            var look = await watched.LookAsync();
            return (look, "", time.GetElapsedTime(start));
        }
        catch (ExplainedException e)
        {
            return (null, e.Message, time.GetElapsedTime(start));
        }
    }

    private async Task<string> KillAsync(string id)
    {
        try
        {
            return $"{id}: {await watched.KillAsync(id)}";
        }
        catch (ExplainedException e)
        {
            return $"{id}: {e.Message}";
        }
    }
}
