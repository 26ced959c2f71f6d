namespace Tunnel.Text;

/// <summary>
/// What is wrong, and what to do about it. Nobody can say the one without the other: what ends a command, or refuses a
/// file, is made of nothing else. All text is safe to print.
/// </summary>
public sealed record Trouble
{
    private readonly string _joint;

    private Trouble(string cause, string remedy, string joint) => (Cause, Remedy, _joint) = (cause, remedy, joint);

    /// <summary>What has happened, to whom and why.</summary>
    public string Cause { get; }

    /// <summary>What to do, as an instruction.</summary>
    public string Remedy { get; }

    /// <param name="cause">Without a full stop at its end.</param>
    /// <param name="remedy">Never empty.</param>
    /// <param name="joint">Stands between the two.</param>
    public static Trouble Of(string cause, string remedy, string joint = "; ") => new(cause, remedy, joint);

    /// <summary>What another process of ours has said, which has made it of one and sent it as text.</summary>
    public static Trouble Told(string text) =>
        text.LastIndexOf("; ", StringComparison.Ordinal) is >= 0 and var at
            ? Of(text[..at], text[(at + 2)..])
            : Of(text, "see the log of that process");

    /// <summary>The same of something that is named: its cause follows <paramref name="name"/>.</summary>
    public Trouble Behind(string name) => new($"{name}{Cause}", Remedy, _joint);

    /// <summary>Both in one line.</summary>
    public override string ToString() => $"{Cause}{_joint}{Remedy}";
}
