using System.CommandLine;

namespace Tunnel.Cli.Commands;

/// <summary>The option that names a tunnel's YAML file.</summary>
internal static class ConfigOption
{
    /// <param name="what">A sentence that says what the command does with the file.</param>
    public static Option<string> Create(string what) =>
        new("--config", "-c")
        {
            Description = $"{what} Relative paths inside it count from the working directory.",
            HelpName = "FILE",
            Required = true,
        };

    /// <summary>How the file is usually given on the command line.</summary>
    /// <param name="role">The word for it.</param>
    public static string Example(string role) => $"--config config/{role}_config.yaml";
}
