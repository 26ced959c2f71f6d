using System.CommandLine;
using System.Globalization;

namespace Tunnel.Cli.Commands;

/// <summary>An option that is a time in seconds, fractions allowed.</summary>
internal static class SecondsOption
{
    /// <param name="description">A sentence up to the limits, which are added.</param>
    /// <param name="usual">What holds where it is not given.</param>
    public static Option<double> Create(string name, string description, double least, double most, double usual)
    {
        var limits = string.Create(CultureInfo.InvariantCulture, $"{least} to {most}");
        return new Option<double>(name)
        {
            Description = $"{description}, {limits}.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (
                    double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                    && seconds >= least
                    && seconds <= most
                )
                {
                    return seconds;
                }

                result.AddError($"{name} must be a number of seconds from {limits}, not '{text}'.");
                return usual;
            },
        };
    }
}
