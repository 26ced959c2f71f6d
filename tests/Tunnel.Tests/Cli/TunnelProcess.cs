using System.Diagnostics;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Cli;

/// <summary>What the program printed and how it ended.</summary>
internal sealed record TunnelProcess(int ExitCode, string Output, string Error)
{
    public static async Task<TunnelProcess> Run(params string[] args)
    {
        var start = TunnelProgram.StartInfo(args);
        start.RedirectStandardInput = true;
        start.RedirectStandardError = true;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new TunnelProcess(process.ExitCode, await output, await error);
    }
}
