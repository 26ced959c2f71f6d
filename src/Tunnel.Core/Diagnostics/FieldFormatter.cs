using System.Globalization;
using System.Text;
using NLog;
using NLog.MessageTemplates;

namespace Tunnel.Diagnostics;

/// <summary>
/// Puts values into messages: the only place where what peers send is quoted and cut. A hole <c>{name}</c> takes a
/// field (<see cref="FieldText"/>), <c>{name:512}</c> one of at most 512 bytes, and <c>{name:l}</c> words of our own,
/// unquoted.
/// </summary>
internal sealed class FieldFormatter : IValueFormatter
{
    private const string Literal = "l";

    public bool FormatValue(
        object? value,
        string? format,
        CaptureType captureType,
        IFormatProvider? formatProvider,
        StringBuilder builder
    )
    {
        switch (value)
        {
            case bool yes:
                builder.Append(yes ? "yes" : "no");
                break;
            case int or long or double:
                builder.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            default:
                var text = value?.ToString() ?? "";
                if (value == FieldText.None)
                {
                    builder.Append(text);
                }
                else if (format == Literal)
                {
                    SafeText.Append(builder, text, TextLine.MostBytes);
                }
                else
                {
                    FieldText.Append(builder, text, MostBytes(format));
                }

                break;
        }

        return true;
    }

    /// <summary>What the format of a hole allows its value, in UTF-8 bytes.</summary>
    public static int MostBytes(string? format) =>
        int.TryParse(format, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? bytes
            : FieldText.MostBytes;
}
