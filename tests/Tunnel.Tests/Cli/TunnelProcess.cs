using System.Diagnostics;

namespace Tunnel.Tests.Cli;

/// <summary>What the real executable, built beside these tests, printed and how it ended.</summary>
internal sealed record TunnelProcess(int ExitCode, string Output, string Error)
{
    private static readonly string Executable = Path.Combine(
        AppContext.BaseDirectory,
        OperatingSystem.IsWindows() ? "tunnel.exe" : "tunnel"
    );

    public static async Task<TunnelProcess> Run(params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Executable, args)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new TunnelProcess(process.ExitCode, await output, await error);
    }
}
