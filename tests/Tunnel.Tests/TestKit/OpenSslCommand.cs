using System.Diagnostics;
using NUnit.Framework;

namespace Tunnel.Tests.TestKit;

/// <summary>The openssl command line tool, as a second opinion.</summary>
public static class OpenSslCommand
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs <c>openssl</c> to its end; both of its output streams come back as one text.</summary>
    public static (int ExitCode, string Output) Run(params string[] arguments)
    {
        Needed.Program("openssl");
        var start = new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(_limit))
        {
            process.Kill();
            throw new TimeoutException($"openssl {arguments[0]} did not end within {_limit}");
        }

        return (process.ExitCode, output + error.GetAwaiter().GetResult());
    }

    /// <summary>As <see cref="Run"/>, for commands that must succeed.</summary>
    public static string MustRun(params string[] arguments)
    {
        var (exitCode, output) = Run(arguments);
        Assert.That(exitCode, Is.Zero, $"openssl {string.Join(' ', arguments)}: {output}");
        return output;
    }
}
