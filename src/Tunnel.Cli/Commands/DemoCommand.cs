using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Tunnel.Cli.Commands;

/// <summary><c>tunnel demo</c></summary>
internal static class DemoCommand
{
    private const int DefaultSizeMiB = 64;
    private const int MaxSizeMiB = 65_536;

    public static Command Create(Actions actions)
    {
        var command = new ExplainedCommand(
            "demo",
            "Show the whole path on this machine: certificates, echo target, server and client, and random data "
                + "through them with its checksum verified both ways.",
            $"""
            Examples:
              tunnel demo
              tunnel demo --size 1024
              tunnel demo --stay

            Needs nothing prepared and leaves nothing behind.

            {HelpWithNotes.ListOfExitCodes}
            """
        );
        var stay = new Option<bool>("--stay")
        {
            Description = "Keep everything running until Ctrl+C, and show what to try.",
        };
        var size = new Option<int>("--size")
        {
            Description = $"How much data to send, in MiB, 1 to {MaxSizeMiB}.",
            HelpName = "MIB",
            DefaultValueFactory = _ => DefaultSizeMiB,
            CustomParser = ParseSize,
        };
        command.Options.Add(stay);
        command.Options.Add(size);
        command.SetAction(parsed =>
            actions.Demo(
                new DemoOptions(parsed.GetValue(stay), parsed.GetValue(size)),
                parsed.InvocationConfiguration.Output
            )
        );
        return command;
    }

    private static int ParseSize(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var mib)
            || mib is < 1 or > MaxSizeMiB
        )
        {
            result.AddError($"'--size {text}' is not a size: write a whole number of MiB from 1 to {MaxSizeMiB}.");
        }

        return mib;
    }
}
