namespace Tunnel.Cli.Top;

/// <summary>What the keys belong to.</summary>
internal enum TopMode
{
    Table,

    /// <summary>Words for the filter are typed.</summary>
    Filter,

    /// <summary>Whether a session is to end is asked.</summary>
    Confirm,

    /// <summary>All about one session covers the table.</summary>
    Details,

    Help,

    /// <summary>All that is not as it should be covers the table.</summary>
    Findings,
}

/// <summary>What is known, and what the user wants to see of it. It knows neither a clock nor a terminal.</summary>
internal sealed class TopModel
{
    // A message stays for as many answers: long enough to be read.
    private const int MessageLooks = 6;

    // Nobody types more, and it has one line.
    private const int LongestFilter = 200;

    private Sight? _latest;
    private int _messageLooks;
    private int _lastIndex;

    /// <summary>Null before the first answer.</summary>
    public Sight? Sight { get; private set; }

    /// <summary>Why there is no answer now; null: there is.</summary>
    public string? Away { get; private set; }

    /// <summary>Those that pass the filter, in order.</summary>
    public IReadOnlyList<Row> Rows { get; private set; } = [];

    public SortOrder Sort { get; private set; } = new(SortKey.Moves);

    public string Filter { get; private set; } = "";

    public TopMode Mode { get; private set; }

    public bool IsPaused { get; private set; }

    /// <summary>What came of the last request; empty: nothing to say.</summary>
    public string Message { get; private set; } = "";

    /// <summary>Null: none is selected, and the table stays at its top.</summary>
    public Row? Selected { get; private set; }

    /// <summary>The session that is asked about or shown in detail, whatever is selected by now.</summary>
    public Row? Asked { get; private set; }

    /// <summary>It has ended since.</summary>
    public bool IsAskedGone { get; private set; }

    /// <summary>The first row that is shown.</summary>
    public int Offset { get; private set; }

    /// <summary>Rows that were shown last.</summary>
    public int Page { get; private set; } = 1;

    /// <summary>An answer came.</summary>
    public void Take(Sight sight)
    {
        Age();
        if (Away is not null || sight.IsAnotherProcess)
        {
            Say(sight.IsAnotherProcess ? "another process answers now" : "the process answers again");
        }

        (_latest, Away) = (sight, null);
        if (!IsPaused || Sight is null)
        {
            Show(sight);
        }
    }

    /// <summary>No answer came: what was known stays, and is shown as such.</summary>
    public void TakeFailure(string why)
    {
        Age();
        Away = why;
    }

    public void Say(string words) => (Message, _messageLooks) = (words, MessageLooks);

    public void SortBy(SortKey key)
    {
        Sort = Sort.Then(key);
        Arrange();
    }

    /// <summary>The keys belong to something else; a question is about the session that is selected.</summary>
    public void Enter(TopMode mode) =>
        (Mode, Asked, IsAskedGone) = (mode, mode is TopMode.Confirm or TopMode.Details ? Selected : null, false);

    /// <summary>Asks whether the session that is shown in detail is to end.</summary>
    public void Confirm() => Mode = TopMode.Confirm;

    public void FilterBy(string text)
    {
        Filter = text.Length > LongestFilter ? text[..LongestFilter] : text;
        Arrange();
    }

    public void Pause()
    {
        IsPaused = !IsPaused;
        if (!IsPaused && _latest is not null)
        {
            Show(_latest);
        }
    }

    /// <summary>Selects the row so far below the selected one, negative: above; the first one, if none was.</summary>
    public void Move(int rows)
    {
        if (Rows.Count > 0)
        {
            var index = Selected is null ? _lastIndex + (rows > 1 ? rows : 0) : IndexOf(Selected) + rows;
            Select(Rows[Math.Clamp(index, 0, Rows.Count - 1)]);
        }
    }

    public void MoveToEnd() => Move(Rows.Count);

    public void MoveToStart()
    {
        if (Rows.Count > 0)
        {
            Select(Rows[0]);
        }
    }

    public void Unselect() => (Selected, _lastIndex) = (null, 0);

    /// <summary>Says how many rows there is room for; the selected one will be among them.</summary>
    public void Fit(int page)
    {
        Page = Math.Max(1, page);
        var index = Selected is null ? 0 : IndexOf(Selected);
        var first = Selected is null ? 0 : Math.Clamp(Offset, index - Page + 1, index);
        Offset = Math.Clamp(first, 0, Math.Max(0, Rows.Count - Page));
    }

    private void Show(Sight sight)
    {
        Sight = sight;
        Arrange();
        if (Asked is { } asked)
        {
            var row = sight.Rows.FirstOrDefault(row => row.Session.Id == asked.Session.Id);
            (Asked, IsAskedGone) = (row ?? asked, row is null);
        }
    }

    private void Arrange()
    {
        Rows = Sight is null ? [] : [.. Sort.Apply(Sight.Rows.Where(RowFilter.Of(Filter)))];
        if (Selected is { } selected)
        {
            // The row follows its session. One that is gone hands its place to nobody: 'k' would mean another.
            var row = Rows.FirstOrDefault(row => row.Session.Id == selected.Session.Id);
            if (row is null)
            {
                Selected = null;
            }
            else
            {
                Select(row);
            }
        }
    }

    private void Select(Row row) => (Selected, _lastIndex) = (row, IndexOf(row));

    private int IndexOf(Row row)
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Session.Id == row.Session.Id)
            {
                return i;
            }
        }

        return 0;
    }

    private void Age()
    {
        if (_messageLooks > 0 && --_messageLooks == 0)
        {
            Message = "";
        }
    }
}
