using System.CommandLine;
using Tunnel.Config;

namespace Tunnel.Cli.Commands;

/// <summary>The options that say which configuration is meant.</summary>
internal sealed class ConfigOptions
{
    private readonly Option<string> _file;
    private readonly Option<string[]> _overrides = new("--set")
    {
        Description =
            "Replaces a value of the file, such as --set timeouts.idle=30 or, for one of several tunnels, "
            + "--set tunnels.NAME.timeouts.idle=30; may be given several times.",
        HelpName = "KEY=VALUE",
    };

    private ConfigOptions(string what) =>
        _file = new Option<string>("--config", "-c")
        {
            Description = $"{what} Relative paths inside it count from the working directory.",
            HelpName = "FILE",
            Required = true,
        };

    /// <param name="what">A sentence that says what the command does with the file.</param>
    public static ConfigOptions AddTo(Command command, string what)
    {
        var options = new ConfigOptions(what);
        command.Options.Add(options._file);
        command.Options.Add(options._overrides);
        return options;
    }

    /// <summary>The option for an answer that a program reads.</summary>
    public static Option<bool> Json(Command command, string description = "Prints the answer as JSON on one line.")
    {
        var json = new Option<bool>("--json") { Description = description };
        command.Options.Add(json);
        return json;
    }

    /// <summary>The argument for a command about one of several tunnels; it may be left out.</summary>
    public static Argument<string?> Tunnel(Command command, string description)
    {
        var tunnel = new Argument<string?>("tunnel")
        {
            Description = description,
            HelpName = "TUNNEL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        command.Arguments.Add(tunnel);
        return tunnel;
    }

    /// <summary>How the file is usually given on the command line.</summary>
    /// <param name="command">The last word of the command.</param>
    public static string Example(string command) =>
        $"--config config/{(command is "client" or "server" ? command : "tunnels")}_config.yaml";

    public ConfigSource Of(ParseResult parsed, TunnelRole? role) =>
        new(parsed.GetRequiredValue(_file), role) { Overrides = parsed.GetValue(_overrides) ?? [] };
}
