using NUnit.Framework;
using Tunnel.OpenSsl;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.OpenSsl;

/// <summary>
/// The library context with few decoders is there where it helps. What it can read is held by
/// <see cref="PeerKeyTests"/>.
/// </summary>
public sealed class LeanLibraryTests
{
    [Test]
    public void It_is_used_with_OpenSSL_3_0_and_3_1_only()
    {
        var (backend, _) = OpenSslTls.TryLoad();
        var isSlow = backend!.Description.StartsWith("OpenSSL/3.0.") || backend.Description.StartsWith("OpenSSL/3.1.");

        Assert.That(LeanLibrary.Context != 0, Is.EqualTo(isSlow));
    }

    [TestCase("default", true)]
    [TestCase("legacy", true)]
    [TestCase("base", true)]
    [TestCase("fips", false)]
    [TestCase("pkcs11", false)]
    [TestCase("tpm2", false)]
    public void It_is_not_used_beside_a_provider_of_the_administrators(string provider, bool isHarmless) =>
        Assert.That(LeanLibrary.IsHarmless(provider), Is.EqualTo(isHarmless));
}
