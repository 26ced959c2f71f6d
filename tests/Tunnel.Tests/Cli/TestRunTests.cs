using NUnit.Framework;

namespace Tunnel.Tests.Cli;

public sealed class TestRunTests
{
    [Test]
    public void Tests_run_with_the_socket_completions_of_the_product() =>
        Assert.That(
            Environment.GetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"),
            Is.EqualTo("1"),
            "test.runsettings must be in force: it sets this before the first socket"
        );
}
