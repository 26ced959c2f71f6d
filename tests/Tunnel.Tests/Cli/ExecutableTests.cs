using NUnit.Framework;

namespace Tunnel.Tests.Cli;

/// <summary>The built <c>tunnel</c> itself.</summary>
public sealed class ExecutableTests
{
    [Test]
    public async Task Version_names_the_program_its_runtime_and_the_system()
    {
        var result = await TunnelProcess.Run("--version");

        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Match(@"^tunnel \d+\.\d+\.\d+ \(\.NET 10\.0\.\d+, \w+ \w+\)\n$"));
    }

    [Test]
    public async Task Help_goes_to_standard_output()
    {
        var result = await TunnelProcess.Run("--help");

        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("Start here:"));
        Assert.That(result.Error, Is.Empty);
    }

    [Test]
    public async Task Mistake_on_the_command_line_ends_with_2_and_leaves_standard_output_empty()
    {
        var result = await TunnelProcess.Run("client", "--confg", "x");

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Output, Is.Empty);
        Assert.That(result.Error, Does.Contain("--config").And.Contain("Try 'tunnel client --help'."));
    }
}
