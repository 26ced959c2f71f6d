using System.Diagnostics;
using System.Globalization;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Faults.Kit;

/// <summary>A <see cref="PeerProgram"/> that runs.</summary>
internal sealed class PeerProcess : IDisposable
{
    private readonly Process _process;

    private bool _isGone;

    private PeerProcess(Process process) => _process = process;

    /// <summary>STOP, CONT and others.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start(
            "sh",
            ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {_process.Id}")]
        );
        kill.WaitForExit();
    }

    /// <summary>Returns when it says that it is ready.</summary>
    public static async Task<PeerProcess> StartAsync(string role, params int[] numbers)
    {
        var arguments = numbers.Select(number => number.ToString(CultureInfo.InvariantCulture));
        var start = new ProcessStartInfo("dotnet", [typeof(PeerProgram).Assembly.Location, role, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var peer = new PeerProcess(Process.Start(start)!);
        if (await peer._process.StandardOutput.ReadLineAsync().WaitAsync(Wire.Patience) is null)
        {
            throw new InvalidOperationException($"the {role} did not start");
        }

        return peer;
    }

    /// <summary>kill -9.</summary>
    public void Dispose()
    {
        if (!_isGone)
        {
            _isGone = true;
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
