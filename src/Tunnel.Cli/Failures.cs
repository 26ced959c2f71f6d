using System.Net.Sockets;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Tls;

namespace Tunnel.Cli;

/// <summary>Turns what a command threw into words and an exit code.</summary>
internal static class Failures
{
    // Set in the .NET images, and in ours.
    internal const string InContainer = "DOTNET_RUNNING_IN_CONTAINER";

    private const string ContainerHint =
        "this is a container: configuration and certificates are what is mounted at /etc/tunnel; "
        + "docker/init.sh makes certificates for docker/docker-compose.yml; docker/README.md explains both";

    /// <summary>
    /// Whether the message alone tells a user what to do, ours or the system's (a disk that is full, a port in use);
    /// anything else is a bug of this program.
    /// </summary>
    public static bool IsForUsers(Exception failure) =>
        failure is ExplainedException or IOException or SocketException or UnauthorizedAccessException;

    /// <summary>Writes what happened, one <c>tunnel:</c> line for each line of it, and gives the exit code.</summary>
    public static int Report(Exception failure, TextWriter error)
    {
        var text = IsForUsers(failure)
            ? ExplainedException.TextOf(failure)
            : $"internal error, please report it: {failure}";
        foreach (var line in text.Split('\n'))
        {
            error.WriteLine($"tunnel: {line}");
        }

        var exitCode = (failure as ExplainedException)?.ExitCode ?? ExitCodes.Failed;
        if (exitCode == ExitCodes.BadInput && Environment.GetEnvironmentVariable(InContainer) == "true")
        {
            error.WriteLine($"tunnel: {ContainerHint}");
        }

        return exitCode;
    }
}
