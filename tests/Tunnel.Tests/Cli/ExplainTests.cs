using System.Net;
using System.Security.Cryptography.X509Certificates;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Cli;

/// <summary>What <c>tunnel explain</c> says of a certificate.</summary>
public sealed class ExplainTests
{
    private TempDirectory _files = null!;
    private PairFiles _pems = null!;
    private TestCa _root = null!;

    [SetUp]
    public void WriteFiles()
    {
        _files = new TempDirectory();
        _root = TestCa.CreateRoot();
        _pems = PairFiles.Write(_files, new PairOptions { Root = _root });
    }

    [TearDown]
    public void DeleteFiles() => _files.Dispose();

    [TestCase("", 0, "would be let in: no rule asks for more than the CA")]
    [TestCase("access: [{allow: {names: client}}]", 0, "would be let in by access[0]")]
    [TestCase("access: [{allow: everybody}, {deny: {names: client}}]", 1, "would be refused: refusal=not_allowed")]
    [TestCase("access: [{allow: {from: 10.0.0.0/8}}]", 0, "would be let in by access[0]")]
    [TestCase("access: [{allow: {from: 192.0.2.0/24}}]", 1, "access[0]: address 10.1.2.3 is not in from")]
    [TestCase(
        "access: [{allow: everybody}, {deny: {names: client}, mode: audit}]",
        0,
        "would be let in by access[0]; it would be refused by an entry on trial"
    )]
    public void A_server_s_rules(string access, int exitCode, string words)
    {
        var report = Ask(Server(access), _pems.ClientCert, out var code, from: "10.1.2.3");
        Assert.That(code, Is.EqualTo(exitCode), report);
        Assert.That(report, Does.Contain(words).And.StartWith($"{_pems.ClientCert}: subject CN=client; SANs "));
    }

    [Test]
    public void Whoever_comes_from_another_CA_or_for_another_purpose_is_refused_as_in_a_handshake()
    {
        var leaf = TestCa.CreateRoot().Issue(new TestLeaf { CommonName = "client" });
        var stranger = leaf.WriteFiles(_files.Path, "other");
        Assert.That(Ask(Server(""), stranger.CertFile, out var code), Does.Contain("refusal=untrusted_issuer"));
        Assert.That(code, Is.EqualTo(ExitCodes.Failed));
        var server = _root.Issue(new TestLeaf { UsageOids = [TestLeaf.ServerAuth] }).WriteFiles(_files.Path, "third");
        Assert.That(Ask(Server(""), server.CertFile, out code), Does.Contain("refusal=wrong_usage"));
        Assert.That(code, Is.EqualTo(ExitCodes.Failed));
    }

    [Test]
    public void A_client_judges_a_server_by_each_of_its_names()
    {
        var config = _files.Write(
            "client.yaml",
            $$"""
            local_listener: {host: 127.0.0.1, port: 0}
            remote_server:
              servers:
                - {host: localhost, port: 1}
                - {host: elsewhere.example, port: 1}
              server_ca_cert: {{_pems.ServerCa}}
            tls: { client_cert: {{_pems.ClientCert}}, client_key: {{_pems.ClientKey}} }
            """
        );
        var report = Ask(config, _pems.ServerCert, out var code);
        Assert.That(
            report,
            Does.Contain("as localhost:1: would be let in: no rule asks for more than the CA\n")
                .And.Contain("as elsewhere.example:1: would be refused: refusal=wrong_name")
        );
        Assert.That(code, Is.EqualTo(ExitCodes.Failed));
    }

    [Test]
    public void One_of_several_tunnels_can_be_asked()
    {
        var config = _files.Write(
            "tunnels.yaml",
            $$"""
            tls:
              server_cert: {{_pems.ServerCert}}
              server_key: {{_pems.ServerKey}}
              client_ca_cert: {{_pems.ClientCa}}
            access: [{allow: everybody}, {deny: {names: client, to: b} }]
            target_service: {host: 127.0.0.1, port: 1}
            tunnels:
              - {name: a, server_listener: {host: 127.0.0.1, port: 0} }
              - {name: b, server_listener: {host: 127.0.0.1, port: 0} }
            """
        );
        var one = Ask(config, _pems.ClientCert, out var code, tunnel: "A");
        Assert.That(one, Does.Contain("tunnel a: would be let in"));
        Assert.That(code, Is.EqualTo(ExitCodes.Ok));
        var both = Ask(config, _pems.ClientCert, out code);
        Assert.That(both, Does.Contain("tunnel a: would be let in").And.Contain("tunnel b: would be refused"));
        Assert.That(code, Is.EqualTo(ExitCodes.Failed));

        var missing = Assert.Catch<ExplainedException>(() => Ask(config, _pems.ClientCert, out _, tunnel: "c"))!;
        Assert.That((missing.Message, missing.ExitCode), Is.EqualTo(("there is no tunnel c; there are a, b", 2)));
    }

    [Test]
    public void One_that_is_revoked_is_refused()
    {
        using var revoked = X509CertificateLoader.LoadCertificateFromFile(_pems.ClientCert);
        var crl = _files.Write("list.crl", _root.Crl([revoked]));
        var report = Ask(Server("", $"  backend: openssl\n  crl: {crl}"), _pems.ClientCert, out var code);
        Assert.That(report, Does.Contain("would be refused: refusal=revoked"));
        Assert.That(code, Is.EqualTo(ExitCodes.Failed));
    }

    private string Server(string rest, string tls = "") =>
        _files.Write(
            "server.yaml",
            $$"""
            server_listener: {host: 127.0.0.1, port: 0}
            target_service: {host: 127.0.0.1, port: 1}
            tls:
              server_cert: {{_pems.ServerCert}}
              server_key: {{_pems.ServerKey}}
              client_ca_cert: {{_pems.ClientCa}}
            {{tls}}
            {{rest}}
            """
        );

    private static string Ask(string config, string cert, out int code, string? from = null, string? tunnel = null)
    {
        using var output = new StringWriter();
        var address = from is null ? null : IPAddress.Parse(from);
        code = Explain.Run(new ConfigSource(config, null), new ExplainOptions(cert, address, tunnel), output);
        return output.ToString();
    }
}
