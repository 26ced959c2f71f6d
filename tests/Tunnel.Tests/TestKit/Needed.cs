using NUnit.Framework;

namespace Tunnel.Tests.TestKit;

/// <summary>Programs that a few tests drive the tunnel with, and that do not come with the SDK.</summary>
public static class Needed
{
    /// <summary>
    /// Where the program is missing the test is left out, and says what to install. Not in CI, which installs them all:
    /// there a missing program is a failure.
    /// </summary>
    public static void Program(string name)
    {
        if (OnPath(name))
        {
            return;
        }

        Missing($"needs the program {name}; .ci/run installs it");
    }

    /// <summary>Leaves the test out, or lets it fail in CI.</summary>
    internal static void Missing(string what)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(what);
        }

        Assert.Ignore(what);
    }

    private static bool OnPath(string name) =>
        Path.IsPathRooted(name)
            ? File.Exists(name)
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator)
                .Any(directory => File.Exists(Path.Combine(directory, name)));
}
