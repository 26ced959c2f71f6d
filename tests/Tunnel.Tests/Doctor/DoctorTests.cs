using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>Set-ups that are broken in one place each, made for real: which rung, which cause, which remedy.</summary>
public sealed class DoctorTests(BackendPair backends) : BehaviourTests(backends)
{
    [Test]
    public async Task Where_all_is_well_it_climbs_to_the_top()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();

        var (code, text) = await Clinic.ExamineAsync(clinic.ClientFile);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok), text);
        Assert.That(
            text,
            Does.Match(
                "(?s)^ok +file .*\nok +certificates .*\nok +tcp .*\nok +tls .*\nok +verdict .*\n"
                    + "ok +target .*\n\nverdict: it works: "
            )
        );
        Assert.That(text, Does.Not.Contain("FAILED").And.Not.Contain("what to do"));

        var (forProgram, report) = await Clinic.ExamineForProgramAsync(clinic.ClientFile);
        Assert.That(forProgram, Is.EqualTo(ExitCodes.Ok));
        var tunnel = report.GetProperty("tunnels")[0];
        Assert.That(tunnel.GetProperty("works").GetBoolean(), Is.True);
        Assert.That(
            tunnel.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("rung").GetString()),
            Is.EqualTo(["certificates", "tcp", "tls", "verdict", "target"])
        );
    }

    [Test]
    public async Task At_the_server_it_judges_files_listener_and_service()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();

        var (code, text) = await Clinic.ExamineAsync(clinic.ServerFile);

        Assert.That(code, Is.EqualTo(ExitCodes.Ok), text);
        Assert.That(
            text,
            Does.Match("(?s)^ok +file .*\nok +certificates .*\nok +listener .*\nok +target .*\n\nverdict: its files")
        );
    }
}
