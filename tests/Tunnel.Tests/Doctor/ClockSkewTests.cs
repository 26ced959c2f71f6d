using System.Diagnostics;
using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.Faults.Kit;
using Tunnel.Tests.RealPrograms;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>The clock of one machine is wrong: both are shown, and by how much they differ.</summary>
public sealed class ClockSkewTests(BackendPair backends) : BehaviourTests(backends)
{
    [TestCase(400, "is 400 days 0 h ahead", "expired on")]
    [TestCase(-60, "is 60 days 0 h behind", "is not valid before")]
    public async Task At_the_client(int days, string skew, string fault)
    {
        using var clock = await WallClock.CreateAsync();
        clock.Jump(TimeSpan.FromDays(days) + TimeSpan.FromMinutes(Math.Sign(days)));
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();

        var (code, text) = await ExamineAsync(clinic.ClientFile, clock.Under);

        Assert.That(code, Is.EqualTo(ExitCodes.Certificates), text);
        Assert.That(text, Does.Contain(fault).And.Contain("this machine's clock says ").And.Contain(", the server's "));
        Assert.That(text, Does.Contain(skew).And.Contain("what to do: set the clock that is wrong"));
    }

    [Test]
    public async Task At_the_server()
    {
        using var clock = await WallClock.CreateAsync();
        clock.Jump(TimeSpan.FromDays(400) + TimeSpan.FromMinutes(1));
        await using var clinic = new Clinic();
        clinic.Write();
        await using var server = await RunningTunnel.StartAsync(["server", "--config", clinic.ServerFile], clock.Under);

        var (code, text) = await Clinic.ExamineAsync(clinic.ClientFile);

        Assert.That(code, Is.EqualTo(ExitCodes.Verdict), text);
        Assert.That(
            text,
            Does.Contain("this machine's is 400 days 0 h behind").And.Contain("what to do: set the clock that is wrong")
        );
    }

    private static async Task<(int Code, string Text)> ExamineAsync(string file, string[] under)
    {
        var start = TunnelProgram.StartInfo(["doctor", "--config", file], under);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Wire.Patience);
        await process.WaitForExitAsync().WaitAsync(Wire.Patience);
        return (process.ExitCode, output);
    }
}
