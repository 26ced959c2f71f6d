namespace Tunnel.Cli.Top;

/// <summary>What a key asks for beyond the model.</summary>
internal enum TopWish
{
    Nothing,
    Quit,

    /// <summary>The session that was asked about is to end.</summary>
    Kill,

    /// <summary>The whole screen is to be drawn again.</summary>
    Redraw,
}

/// <summary>What the keys do.</summary>
internal static class TopKeys
{
    private const char CtrlL = '\f';
    private const char CtrlU = '\u0015';

    private static readonly Dictionary<char, SortKey> _sorts = new()
    {
        ['m'] = SortKey.Moves,
        ['s'] = SortKey.Sent,
        ['r'] = SortKey.Received,
        ['b'] = SortKey.Bytes,
        ['a'] = SortKey.Age,
        ['e'] = SortKey.Peer,
        ['i'] = SortKey.Identity,
        ['t'] = SortKey.Tunnel,
        ['x'] = SortKey.State,
    };

    public static TopWish Press(TopModel model, ConsoleKeyInfo key)
    {
        if (key.KeyChar == CtrlL)
        {
            return TopWish.Redraw;
        }

        return model.Mode switch
        {
            TopMode.Filter => InFilter(model, key),
            TopMode.Confirm => InConfirm(model, key),
            TopMode.Help or TopMode.Details or TopMode.Findings => InCover(model, key),
            _ => InTable(model, key),
        };
    }

    private static TopWish InTable(TopModel model, ConsoleKeyInfo key)
    {
        if (Moves(model, key.Key))
        {
            return TopWish.Nothing;
        }

        switch (key.Key, key.KeyChar)
        {
            case (_, 'q' or 'Q'):
                return TopWish.Quit;
            case (_, '/'):
                model.Enter(TopMode.Filter);
                break;
            case (_, '?' or 'h'):
                model.Enter(TopMode.Help);
                break;
            case (_, 'w'):
                model.Enter(TopMode.Findings);
                break;
            case (_, 'p' or ' '):
                model.Pause();
                break;
            case (_, 'k'):
                Choose(model, TopMode.Confirm);
                break;
            case (ConsoleKey.Enter, _):
                Choose(model, TopMode.Details);
                break;
            case (ConsoleKey.Escape, _):
                model.Say("");
                model.Unselect();
                model.FilterBy("");
                break;
            case (_, var letter) when _sorts.TryGetValue(letter, out var sort):
                model.SortBy(sort);
                break;
        }

        return TopWish.Nothing;
    }

    private static bool Moves(TopModel model, ConsoleKey key)
    {
        switch (key)
        {
            case ConsoleKey.UpArrow:
                model.Move(-1);
                return true;
            case ConsoleKey.DownArrow:
                model.Move(1);
                return true;
            case ConsoleKey.PageUp:
                model.Move(-model.Page);
                return true;
            case ConsoleKey.PageDown:
                model.Move(model.Page);
                return true;
            case ConsoleKey.Home:
                model.MoveToStart();
                return true;
            case ConsoleKey.End:
                model.MoveToEnd();
                return true;
            default:
                return false;
        }
    }

    private static void Choose(TopModel model, TopMode mode)
    {
        if (model.Selected is null)
        {
            model.Say("no session is selected: choose one with the arrow keys");
        }
        else
        {
            model.Enter(mode);
        }
    }

    private static TopWish InFilter(TopModel model, ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                model.Enter(TopMode.Table);
                break;
            case ConsoleKey.Escape:
                model.FilterBy("");
                model.Enter(TopMode.Table);
                break;
            case ConsoleKey.Backspace:
                model.FilterBy(model.Filter is "" ? "" : model.Filter[..^1]);
                break;
            default:
                if (key.KeyChar == CtrlU)
                {
                    model.FilterBy("");
                }
                else if (!Moves(model, key.Key) && key.KeyChar >= ' ' && !char.IsControl(key.KeyChar))
                {
                    model.FilterBy(model.Filter + key.KeyChar);
                }

                break;
        }

        return TopWish.Nothing;
    }

    private static TopWish InConfirm(TopModel model, ConsoleKeyInfo key)
    {
        if (key.KeyChar is 'y' or 'Y')
        {
            return TopWish.Kill;
        }

        model.Enter(TopMode.Table);
        model.Say("nothing was ended");
        return TopWish.Nothing;
    }

    private static TopWish InCover(TopModel model, ConsoleKeyInfo key)
    {
        if (key.KeyChar is 'k' && model.Mode == TopMode.Details)
        {
            model.Confirm();
            return TopWish.Nothing;
        }

        model.Enter(TopMode.Table);
        return TopWish.Nothing;
    }
}
