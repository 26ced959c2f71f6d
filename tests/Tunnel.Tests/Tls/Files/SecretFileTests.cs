using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Tests.TestKit;
using Tunnel.Tls;

namespace Tunnel.Tests.Tls.Files;

[Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
public sealed class SecretFileTests
{
    [TestCase("0600")]
    [TestCase("0400")]
    [TestCase("0700")]
    public void A_file_of_its_owner_alone(string mode) => Assert.That(Why(mode), Is.Null);

    [TestCase("0640")]
    [TestCase("0620")]
    [TestCase("0610")]
    [TestCase("0604")]
    [TestCase("0602")]
    [TestCase("0601")]
    public void Any_access_of_others_is_found_also_behind_a_link(string mode) =>
        Assert.That(Why(mode), Does.StartWith($"has mode {mode}, which gives other users access to a secret; "));

    private static string? Why(string mode)
    {
        using var files = new TempDirectory();
        var file = files.Write("secret", "");
        File.SetUnixFileMode(file, (UnixFileMode)Convert.ToInt32(mode, 8));
        var link = files.File("link");
        File.CreateSymbolicLink(link, file);
        return SecretFile.WhyExposed(link)?.ToString();
    }
}
