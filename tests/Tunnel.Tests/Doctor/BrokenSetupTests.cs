using System.Text.Json;
using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Doctor;

/// <summary>
/// What is broken in one place only, made for real, over both backends in both roles: the exit code, the word for the
/// cause, and what has to be said of it.
/// </summary>
public abstract class BrokenSetupTests(BackendPair backends) : BehaviourTests(backends)
{
    /// <summary>With the server running.</summary>
    private protected static async Task FindsAsync(Clinic clinic, int exitCode, string code, params string[] words)
    {
        await using (clinic)
        {
            await clinic.StartServerAsync();
            await FindsAsync(clinic.ClientFile, exitCode, code, words);
        }
    }

    /// <summary>Whatever runs.</summary>
    private protected static async Task FindsAsync(string file, int exitCode, string code, params string[] words)
    {
        var (found, text) = await Clinic.ExamineAsync(file);
        Assert.That(found, Is.EqualTo(exitCode), text);
        foreach (var word in words)
        {
            Assert.That(text, Does.Contain(word));
        }

        Assert.That(text, Does.Contain("\nwhat to do: "));
        var (again, report) = await Clinic.ExamineForProgramAsync(file);
        Assert.That(again, Is.EqualTo(exitCode));
        var diagnosis = Diagnosis(report);
        Assert.That(diagnosis.GetProperty("code").GetString(), Is.EqualTo(code), text);
        Assert.That(diagnosis.GetProperty("exit_code").GetInt32(), Is.EqualTo(exitCode));
    }

    private static JsonElement Diagnosis(JsonElement report) =>
        report.TryGetProperty("diagnosis", out var ofFile)
            ? ofFile
            : report.GetProperty("tunnels")[0].GetProperty("diagnosis");
}
