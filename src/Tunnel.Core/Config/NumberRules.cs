using System.Globalization;

namespace Tunnel.Config;

/// <summary>Ports, counts and times.</summary>
internal static class NumberRules
{
    /// <summary>A port to connect to.</summary>
    public static readonly ValueRule<int> Port = WholeNumber(1, 65535, "a port");

    /// <summary>A port to listen at; 0 lets the system pick a free one.</summary>
    public static readonly ValueRule<int> ListenPort = WholeNumber(0, 65535, "a port, or 0 for any free one");

    public static ValueRule<int> WholeNumber(int least, int most, string meaning) =>
        (text, out value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && value >= least
            && value <= most
                ? null
                : $"write a whole number from {least} to {most} ({meaning})";

    /// <summary>A whole number, or a word for null: <c>off</c> or <c>auto</c>.</summary>
    public static ValueRule<int?> WholeNumberOr(string word, int least, int most, string meaning) =>
        (text, out value) =>
        {
            value = null;
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return null;
            }

            var remedy = WholeNumber(least, most, meaning)(text, out var number);
            value = number;
            return remedy is null ? null : $"{remedy}, or {word}";
        };

    /// <summary>Seconds, with fractions down to a tick of 100 ns.</summary>
    public static ValueRule<TimeSpan> Seconds(decimal least, int most) =>
        (text, out value) => ParseSeconds(text, least, most, out value) ? null : $"write {Range(least, most)}";

    /// <summary>Seconds, or <c>off</c> or 0 for null.</summary>
    public static ValueRule<TimeSpan?> SecondsOrOff(decimal least, int most) =>
        (text, out value) =>
        {
            var isOff = text.Equals("off", StringComparison.OrdinalIgnoreCase);
            var isNumber = ParseSeconds(text, 0, most, out var seconds);
            value = isOff || seconds == TimeSpan.Zero ? null : seconds;
            return isOff || (isNumber && (value is null || (decimal)seconds.TotalSeconds >= least))
                ? null
                : $"write {Range(least, most)}, or off";
        };

    private static bool ParseSeconds(string text, decimal least, int most, out TimeSpan value)
    {
        var fits =
            decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds >= least
            && seconds <= most;
        value = fits ? TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)) : TimeSpan.Zero;
        return fits;
    }

    private static string Range(decimal least, int most) =>
        string.Create(CultureInfo.InvariantCulture, $"a number of seconds from {least} to {most}, without a unit");
}
