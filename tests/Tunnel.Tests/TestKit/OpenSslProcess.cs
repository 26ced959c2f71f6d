using System.Diagnostics;
using System.Text;

namespace Tunnel.Tests.TestKit;

/// <summary>An <c>openssl</c> that runs beside the test; every wait is awaited and limited.</summary>
public sealed class OpenSslProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly StringBuilder _seen = new();

    private OpenSslProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static OpenSslProcess Start(params string[] arguments)
    {
        Needed.Program("openssl");
        var start = new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new OpenSslProcess(Process.Start(start)!);
    }

    /// <summary>Writes a line to its standard input.</summary>
    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line).WaitAsync(Wire.Patience);
        await _process.StandardInput.FlushAsync().WaitAsync(Wire.Patience);
    }

    /// <summary>Ends its standard input; <c>s_client</c> then says close_notify and leaves.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Reads its standard output up to a line that satisfies the condition.</summary>
    public async Task<string> LineAsync(Func<string, bool> condition)
    {
        using var limit = new CancellationTokenSource(Wire.Patience);
        try
        {
            while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (condition(line))
                {
                    return line;
                }

                _seen.AppendLine(line);
            }
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        throw new InvalidOperationException($"openssl did not print that line, but: {_seen}{await _errors}");
    }

    /// <summary>Waits for its end; both of its output streams come back as one text.</summary>
    public async Task<(int ExitCode, string Output)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync().WaitAsync(Wire.Patience);
        using var limit = new CancellationTokenSource(Wire.Patience);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, _seen + output + await _errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Wire.Patience);
        }

        _process.Dispose();
    }
}
