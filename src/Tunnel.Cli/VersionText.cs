using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Tunnel.Cli;

/// <summary>The version of this build, and what it runs on.</summary>
internal static class VersionText
{
    /// <summary><c>tunnel 0.1.0</c></summary>
    public static string Short { get; } = $"tunnel {ProductVersion.Text}";

    /// <summary>The line of <c>--version</c>, as a bug report needs it.</summary>
    public static string Full { get; } =
        $"{Short} ({RuntimeInformation.FrameworkDescription}, {SystemName()} {Architecture()})";

    /// <summary>Writes <see cref="Full"/>.</summary>
    public sealed class Show : SynchronousCommandLineAction
    {
        // "tunnel --version" is complete without a command.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(Full);
            return ExitCodes.Ok;
        }
    }

    private static string SystemName() =>
        OperatingSystem.IsLinux() ? "Linux"
        : OperatingSystem.IsMacOS() ? "macOS"
        : OperatingSystem.IsWindows() ? "Windows"
        : RuntimeInformation.OSDescription;

    private static string Architecture() => RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
}
