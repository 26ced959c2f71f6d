using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.RealPrograms;

/// <summary>Real programs as children of the test.</summary>
internal static class Tool
{
    // A benchmark of a database takes longer than a wait on a socket.
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program that must succeed; what it printed comes back.</summary>
    public static Task<string> RunAsync(string program, params string[] arguments) =>
        RunWithAsync("", program, arguments);

    /// <summary>The same for one that reads something.</summary>
    public static async Task<string> RunWithAsync(string input, string program, params string[] arguments)
    {
        Needed.Program(program);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(_limit);
        var text = await output + await errors;
        Assert.That(process.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}:\n{text}");
        return text;
    }

    /// <summary>
    /// A server program that runs until it is disposed of, and takes connections on its port when this returns.
    /// </summary>
    public static async Task<IDisposable> ServeAsync(int port, string program, params string[] arguments)
    {
        Needed.Program(program);
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Eventually.HoldsAsync(
            () => process.HasExited || Listens(port),
            () => $"{program} does not listen on {port}"
        );
        Assert.That(process.HasExited, Is.False, $"{program} ended at once");
        return new Server(process);
    }

    private static bool Listens(int port) =>
        System
            .Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties()
            .GetActiveTcpListeners()
            .Any(listener => listener.Port == port);

    private sealed class Server(Process process) : IDisposable
    {
        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }
}
