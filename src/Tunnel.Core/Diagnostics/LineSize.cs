using NLog;

namespace Tunnel.Diagnostics;

/// <summary>How much memory an event holds until it is written.</summary>
internal static class LineSize
{
    // Measured on 64 bits: the event, its array of values and their boxes; then the header of a string.
    private const int PerEvent = 320;
    private const int PerString = 32;

    // Its message, its stack and what those refer to; faults of ours are rare.
    private const int PerException = 16 * 1024;

    /// <summary>Bytes, never too few: strings that several events share are counted for each event.</summary>
    public static int Of(LogEventInfo entry)
    {
        var bytes = PerEvent + (entry.Message?.Length ?? 0);
        foreach (var value in entry.Parameters ?? [])
        {
            if (value is string text)
            {
                bytes += PerString + (sizeof(char) * text.Length);
            }
        }

        return entry.Exception is null ? bytes : bytes + PerException;
    }
}
