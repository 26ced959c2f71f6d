using System.Threading.Channels;

namespace Tunnel.Cli.Top;

/// <summary>Where the screen is shown, and where the keys come from.</summary>
internal interface ITerminal
{
    /// <summary>Cells of a line and lines, at least one of each.</summary>
    (int Width, int Height) Size { get; }

    /// <summary>
    /// Keys as they are pressed; null: the screen must be drawn again. It is complete when there is no terminal any
    /// more.
    /// </summary>
    ChannelReader<ConsoleKeyInfo?> Keys { get; }

    /// <param name="lines">As many as the terminal has.</param>
    /// <param name="all">Also those that have not changed.</param>
    void Show(IReadOnlyList<StyledLine> lines, bool all);
}
