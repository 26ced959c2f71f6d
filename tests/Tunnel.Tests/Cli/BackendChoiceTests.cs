using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.OpenSsl;
using Tunnel.Tls;
using Tunnel.Tls.SslStreamBackend;

namespace Tunnel.Tests.Cli;

public sealed class BackendChoiceTests
{
    private const string WhyNot = "libssl.so.3 is not installed";

    [Test]
    [Platform("Linux")]
    public void Auto_is_OpenSSL_on_Linux_and_names_its_version()
    {
        var choice = BackendChoice.For(TlsBackendSetting.Auto);
        Assert.That(choice.Note, Is.Null);
        Assert.That(choice.Backend, Is.TypeOf<OpenSslTls>());
        Assert.That(choice.Backend.Description, Does.Match(@"^OpenSSL/3\.\d+\.\d+"));
    }

    [Test]
    public void Auto_without_libssl_is_SslStream_and_says_why()
    {
        var choice = BackendChoice.For(TlsBackendSetting.Auto, isLinux: true, () => (null, WhyNot));
        Assert.That(choice.Backend, Is.TypeOf<SslStreamTls>());
        Assert.That(choice.Note, Does.Contain("SslStream").And.Contain(WhyNot));
    }

    [Test]
    public void OpenSSL_demanded_without_libssl_is_a_fault_with_a_remedy() =>
        Assert.That(
            () => BackendChoice.For(TlsBackendSetting.OpenSsl, isLinux: true, () => (null, WhyNot)),
            Throws.TypeOf<TlsSetupException>().With.Message.Contains(WhyNot).And.Message.Contains("install OpenSSL 3")
        );

    [TestCase(TlsBackendSetting.Auto, false)]
    [TestCase(TlsBackendSetting.SslStream, true)]
    [TestCase(TlsBackendSetting.SslStream, false)]
    public void Where_OpenSSL_is_not_wanted_it_is_not_looked_for(TlsBackendSetting setting, bool isLinux)
    {
        var choice = BackendChoice.For(setting, isLinux, () => throw new InvalidOperationException("looked for"));
        Assert.That(choice.Backend, Is.TypeOf<SslStreamTls>());
        Assert.That(choice.Note, Is.Null);
    }
}
