using System.CommandLine;
using System.CommandLine.Parsing;
using Tunnel.Cli.Commands;
using Tunnel.Config;

namespace Tunnel.Cli;

/// <summary>
/// Says what is wrong with a command line and what to type instead. Only the first mistake: after a word that it does
/// not understand the parser misses others.
/// </summary>
internal static class Mistake
{
    /// <summary>Writes the explanation and gives the exit code.</summary>
    public static int Explain(ParseResult parsed, TextWriter error)
    {
        var place = parsed.CommandResult;
        if (parsed.UnmatchedTokens is [var word, ..])
        {
            place = PlaceOf(word, parsed);
            error.WriteLine($"tunnel: {NotUnderstood(word, place)}");
        }
        else if (MissingOption(place) is { } option)
        {
            error.WriteLine($"tunnel: '{PathTo(place)}' needs '{option.Name} {option.HelpName}', for example:");
            error.WriteLine($"  {PathTo(place)} {ConfigOptions.Example(place.Command.Name)}");
        }
        else if (place.Command.Subcommands.Count > 0)
        {
            error.WriteLine($"tunnel: {NeedsCommand(place)}");
        }
        else
        {
            foreach (var mistake in parsed.Errors)
            {
                error.WriteLine($"tunnel: {mistake.Message}");
            }
        }

        error.WriteLine($"Try '{PathTo(place)} --help'.");
        return ExitCodes.BadInput;
    }

    /// <summary>The command under which the word was typed: those that follow it do not count.</summary>
    private static CommandResult PlaceOf(string word, ParseResult parsed)
    {
        var following = parsed
            .Tokens.SkipWhile(token => token.Type == TokenType.Command || token.Value != word)
            .Count(token => token.Type == TokenType.Command);
        var place = parsed.CommandResult;
        for (; following > 0 && place.Parent is CommandResult above; following--)
        {
            place = above;
        }

        return place;
    }

    private static string NotUnderstood(string word, CommandResult place)
    {
        var command = place.Command;
        var isOption = word.StartsWith('-');
        var meant = ClosestName.Find(word, Words(command, isOption)) ?? ClosestName.Find($"--{word}", Options(command));
        if (isOption && meant is null && command.Subcommands.Count > 0 && place.Parent is not null)
        {
            // An option of a command that is missing, as in "tunnel check --config FILE".
            return NeedsCommand(place);
        }

        var what =
            isOption ? $"there is no option '{word}'"
            : command.Subcommands.Count > 0 ? $"there is no command '{word}'"
            : $"'{word}' is not expected here";
        if (meant is not null)
        {
            return $"{Trouble.Of(what, $"did you mean '{meant}'?")}";
        }

        if (!isOption && MissingOption(place) is { } option)
        {
            var example = $"{PathTo(place)} {option.Name} {word}";
            return $"{Trouble.Of(what, $"a file is named by {option.Name}: {example}")}";
        }

        var words = Words(command, isOption || command.Subcommands.Count == 0);
        return $"{Trouble.Of(what, $"'{PathTo(place)}' knows {string.Join(", ", words)}")}";
    }

    private static string NeedsCommand(CommandResult place) =>
        $"'{PathTo(place)}' needs {string.Join(" or ", Words(place.Command, options: false))} after it";

    private static IEnumerable<string> Words(Command command, bool options) =>
        options ? Options(command) : command.Subcommands.Select(sub => sub.Name);

    // The root's options apply everywhere.
    private static IEnumerable<string> Options(Command command) =>
        command.Options.Select(option => option.Name).Append("--help").Distinct();

    private static Option? MissingOption(CommandResult place) =>
        place.Command.Options.FirstOrDefault(option =>
            option.Required && place.GetResult(option) is null or { Implicit: true }
        );

    private static string PathTo(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathTo(parent)} {result.Command.Name}" : "tunnel";
}
