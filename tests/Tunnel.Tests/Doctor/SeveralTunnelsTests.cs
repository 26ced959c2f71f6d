using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>A file with several tunnels, of which one has a file that cannot be used: the others are judged.</summary>
public sealed class SeveralTunnelsTests(BackendPair backends) : BehaviourTests(backends)
{
    [TestCase("bad, good")]
    [TestCase("good, bad")]
    public async Task A_file_of_one_tunnel_does_not_hide_the_others(string order)
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        var file = Combine(clinic, order.Split(", "));

        var (code, text) = await Clinic.ExamineAsync(file);

        Assert.That(code, Is.EqualTo(ExitCodes.Certificates), text);
        Assert.That(
            text,
            Does.Contain("tunnel bad, a client\nFAILED  certificates")
                .And.Contain("\nbad: verdict: ")
                .And.Contain("missing.key does not exist; ")
        );
        Assert.That(text, Does.Match("(?s)tunnel good, a client\nok +certificates .*\nok +target "));
        Assert.That(text, Does.Contain("\ngood: verdict: it works: "));

        var (forProgram, report) = await Clinic.ExamineForProgramAsync(file);
        Assert.That(forProgram, Is.EqualTo(ExitCodes.Certificates));
        var tunnels = report
            .GetProperty("tunnels")
            .EnumerateArray()
            .ToDictionary(it => it.GetProperty("name").GetString()!);
        Assert.That(tunnels.Keys, Is.EqualTo(order.Split(", ")));
        Assert.That(
            tunnels["bad"].GetProperty("diagnosis").GetProperty("code").GetString(),
            Is.EqualTo("unusable_file")
        );
        Assert.That(tunnels["good"].GetProperty("works").GetBoolean(), Is.True);
        Assert.That(report.TryGetProperty("diagnosis", out _), Is.False, "nothing is wrong with the whole");
    }

    [Test]
    public async Task Who_asks_for_a_good_one_does_not_hear_of_the_bad_one()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        var file = Combine(clinic, ["bad", "good"]);

        Assert.That((await Clinic.ExamineAsync(file, "good")).Code, Is.EqualTo(ExitCodes.Ok));
        Assert.That((await Clinic.ExamineAsync(file, "bad")).Code, Is.EqualTo(ExitCodes.Certificates));
    }

    [Test]
    public async Task A_file_of_no_tunnel_is_told_first_and_the_tunnels_are_judged()
    {
        await using var clinic = new Clinic();
        await clinic.StartServerAsync();
        var file = Combine(clinic, ["good"]);
        File.AppendAllText(file, "monitor: {http: {port: 1, token_file: /no/token}}\n");

        var (code, text) = await Clinic.ExamineAsync(file);

        Assert.That(code, Is.EqualTo(ExitCodes.Certificates), text);
        Assert.That(text, Does.Contain("\nfile: verdict: ").And.Contain("\ngood: verdict: it works: "));
        var (_, report) = await Clinic.ExamineForProgramAsync(file);
        Assert.That(report.GetProperty("diagnosis").GetProperty("what").GetString(), Does.Contain("/no/token"));
        Assert.That(report.GetProperty("tunnels")[0].GetProperty("works").GetBoolean(), Is.True);
    }

    /// <summary>The client of the clinic under these names; a bad one has a key that is missing.</summary>
    private static string Combine(Clinic clinic, string[] names)
    {
        var lines = File.ReadAllLines(clinic.ClientFile).Where(line => line.Length > 0).ToList();
        var entries = names.Select(name =>
            $"- name: {name}\n  " + string.Join("\n  ", lines.Select(line => name == "bad" ? Spoilt(line) : line))
        );
        return clinic.Files.Write("several.yaml", $"tunnels:\n{string.Join('\n', entries)}\n");
    }

    private static string Spoilt(string line) => line.Replace("client.key", "missing.key", StringComparison.Ordinal);
}
