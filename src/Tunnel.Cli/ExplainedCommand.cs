using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Tunnel.Cli;

/// <summary>A command whose help ends with notes: examples, then what else a reader needs.</summary>
internal sealed class ExplainedCommand(string name, string description, string notes) : Command(name, description)
{
    public string Notes => notes;
}

/// <summary>The library's help, followed by the notes of the command it is about.</summary>
internal sealed class HelpWithNotes(string rootNotes) : SynchronousCommandLineAction
{
    /// <summary>For the notes of a command: what most of them end with.</summary>
    public static string ListOfExitCodes { get; } = ExitCodesUpTo(ExitCodes.BadInput);

    private readonly HelpAction _help = new() { MaxWidth = 100 };

    /// <summary>The same for a command that ends in more ways.</summary>
    public static string ExitCodesUpTo(int last) =>
        string.Join(
            '\n',
            ["Exit codes:", .. ExitCodeAdvice.All.Take(last + 1).Select(it => $"  {it.Word}  {it.Cause}")]
        );

    // Help may be asked for in the middle of an incomplete command line.
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        _help.Invoke(parseResult);
        var notes = parseResult.CommandResult.Command is ExplainedCommand command ? command.Notes : rootNotes;
        parseResult.InvocationConfiguration.Output.WriteLine(notes);
        return ExitCodes.Ok;
    }
}
