using System.Buffers;
using System.Text;

namespace Tunnel.Text;

/// <summary>
/// The value of a field of a log line as logfmt has it: bare when it is one plain word, else between double quotes with
/// <c>\"</c> and <c>\\</c> inside. So a value cannot look like another field.
/// </summary>
public static class FieldText
{
    /// <summary>For a field that has no value: <c>-</c> in text, left out of JSON.</summary>
    public static readonly object None = new NoValue();

    /// <summary>Most UTF-8 bytes between the quotes.</summary>
    public const int MostBytes = 320;

    private const string Dash = "-";
    private const string Escaped = "\"\\";

    private static readonly SearchValues<char> _bare = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'()*+,-./:;<>?@[]^_`{|}~"
    );

    /// <summary>For a field whose name ends in <c>_ms</c>: to a tenth.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    /// <param name="mostBytes">Most UTF-8 bytes between the quotes; what is cut off is replaced by an ellipsis.</param>
    public static void Append(StringBuilder to, string value, int mostBytes = MostBytes)
    {
        if (value is not ("" or Dash) && value.Length <= mostBytes && !value.AsSpan().ContainsAnyExcept(_bare))
        {
            to.Append(value);
            return;
        }

        to.Append('"');
        SafeText.Append(to, value, mostBytes, Escaped);
        to.Append('"');
    }

    private sealed class NoValue
    {
        public override string ToString() => Dash;
    }
}
