using Spectre.Console;

namespace Tunnel.Cli.Top;

/// <summary>How things look: in the colours that the terminal itself calls by these names.</summary>
internal static class Paint
{
    public static readonly Style Plain = Style.Plain;
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Faint = new(decoration: Decoration.Dim);
    public static readonly Style Good = new(Color.Green, decoration: Decoration.Bold);
    public static readonly Style Caution = new(Color.Olive);
    public static readonly Style Alarm = new(Color.Maroon, decoration: Decoration.Bold);
    public static readonly Style Bar = new(decoration: Decoration.Invert);
    public static readonly Style Title = new(decoration: Decoration.Underline);
    public static readonly Style TitleMarked = new(decoration: Decoration.Underline | Decoration.Bold);
    public static readonly Style Question = new(Color.Maroon, decoration: Decoration.Invert | Decoration.Bold);
}
