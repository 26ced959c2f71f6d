using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel ping</c></summary>
internal static class PingCommand
{
    // Their times are kept until the end.
    private const int MostTries = 100_000;
    private const double LongestIntervalSeconds = 3600;

    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "ping",
            "Measure how long it takes to come through a tunnel: connect, TLS handshake, the server's answer.",
            $"""
            Examples:
              tunnel ping --config config/client_config.yaml
              tunnel ping --config config/tunnels_config.yaml --count 100 --interval 0.1 postgres-client
              tunnel ping --config config/client_config.yaml --json

            Each try goes to the server itself, not by way of the local listener, as a new session would: it looks up
            the name (whose addresses take turns), connects, shakes hands, and hears that the server has reached its
            target. Then it ends in order without a byte; the service sees a connection that ends at once.

              name        the lookup                        connect     one round trip to the server
              handshake   full, or resumed by a ticket      answer      the server connects to its target, and says so
              total       all of these                      round trip  measured by the system on that connection

            Ctrl+C ends it with what is known so far. With several servers each is visited in each try. With --json all
            of it comes at the end: every try, and the percentiles of each server, in milliseconds.

            Exit codes:
              0  at least one try came through; otherwise that of the rung at which the last one ended:
            {DoctorCommand.RungExitCodes}
            """
        );
        var config = ConfigOptions.AddTo(command, "The YAML file of the client.");
        var count = new Option<int>("--count", "-n")
        {
            Description = $"How many tries, 1 to {MostTries}.",
            HelpName = "N",
            DefaultValueFactory = _ => 10,
            CustomParser = result => (int)Number(result, "--count", "how many", 1, MostTries, NumberStyles.None),
        };
        var interval = new Option<double>("--interval", "-i")
        {
            Description = $"Seconds from the beginning of one try to the next, 0 to {LongestIntervalSeconds}.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 1,
            CustomParser = result =>
                Number(
                    result,
                    "--interval",
                    "a number of seconds",
                    0,
                    LongestIntervalSeconds,
                    NumberStyles.AllowDecimalPoint
                ),
        };
        var json = ConfigOptions.Json(command, "One JSON object instead of lines.");
        command.Options.Add(count);
        command.Options.Add(interval);
        var tunnel = ConfigOptions.Tunnel(command, "The name of the client, if the file has several.");
        command.SetAction(
            (parsed, _) =>
                actions.Ping(
                    config.Of(parsed, null),
                    new PingOptions(
                        parsed.GetValue(tunnel),
                        parsed.GetValue(count),
                        TimeSpan.FromSeconds(parsed.GetValue(interval)),
                        parsed.GetValue(json)
                    ),
                    parsed.InvocationConfiguration.Output
                )
        );
        return command;
    }

    private static double Number(
        ArgumentResult result,
        string option,
        string what,
        double least,
        double most,
        NumberStyles styles
    )
    {
        var text = result.Tokens[0].Value;
        if (
            !double.TryParse(text, styles, CultureInfo.InvariantCulture, out var number)
            || !(number >= least && number <= most)
        )
        {
            result.AddError($"'{option} {text}' is not {what}: write a number from {least} to {most}.");
            return least;
        }

        return number;
    }
}
