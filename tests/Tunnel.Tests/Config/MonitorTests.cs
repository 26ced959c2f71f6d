using NUnit.Framework;
using Tunnel.Config;

namespace Tunnel.Tests.Config;

/// <summary>What may be written for status over HTTP and for OTLP, and what is told otherwise.</summary>
public sealed class MonitorTests
{
    [TestCase("{ port: 9464 }", "127.0.0.1", 9464)]
    [TestCase("{ port: 0, host: '::1' }", "::1", 0)]
    [TestCase("{ port: 1, host: '[::1]' }", "::1", 1)]
    [TestCase("{ port: 9464, host: 0.0.0.0, token_file: t }", "0.0.0.0", 9464)]
    public void Http_listens_where_it_is_told(string http, string address, int port)
    {
        var settings = Load($"http: {http}").Http!;
        Assert.That((settings.Address.ToString(), settings.Port), Is.EqualTo((address, port)));
        Assert.That(settings.TokenFile?.OwnerOnly, Is.AnyOf(null, true), "nobody else may read it");
    }

    [Test]
    public void Nothing_listens_and_nothing_is_sent_by_itself()
    {
        var settings = Load("{}");
        Assert.That((settings.Http, settings.Otlp), Is.EqualTo(((HttpSettings?)null, (OtlpSettings?)null)));
    }

    [TestCase(
        "http: { port: 9464, host: 0.0.0.0 }",
        "monitor.http.host is '0.0.0.0', which others than this machine may reach, and monitor.http.token_file is "
            + "missing; name a file with a token that they have to show, or write 127.0.0.1"
    )]
    [TestCase(
        "http: { host: 192.0.2.1 }",
        "monitor.http.host is given without monitor.http.port; write the port as well, or remove this key"
    )]
    [TestCase(
        "http: { token_file: t }",
        "monitor.http.token_file is given without monitor.http.port; write the port as well, or remove this key"
    )]
    [TestCase(
        "http: { port: 9464, host: example.org }",
        "monitor.http.host is 'example.org'; write an address of this machine, such as 127.0.0.1, ::1 or 0.0.0.0 "
            + "for all of them"
    )]
    [TestCase("http: { port: 70000 }", "monitor.http.port is '70000'; write a whole number from 0 to 65535")]
    [TestCase(
        "otlp: { endpoint: 'collector:4318' }",
        "monitor.otlp.endpoint is 'collector:4318'; write a URL, such as http://127.0.0.1:4318/v1/metrics"
    )]
    [TestCase(
        "otlp: { endpoint: 'http://user:secret@collector/' }",
        "monitor.otlp.endpoint is 'http://user:secret@collector/'; write a URL"
    )]
    public void A_fault_is_told_with_its_remedy(string monitor, string fault) =>
        Assert.That(Example.ClientFaults($"{Example.Client}monitor: {{ {monitor} }}\n").Single(), Does.Contain(fault));

    [Test]
    public void A_token_that_crosses_a_network_in_the_clear_is_warned_about()
    {
        var loaded = ConfigLoader.Parse(
            new ConfigSource("c.yaml", TunnelRole.Client),
            Example.Client + "monitor: { http: { port: 1, host: 0.0.0.0, token_file: t } }\n"
        );
        Assert.That($"{loaded.Warnings.Single()}", Does.Contain("monitor.http.host is '0.0.0.0': the token and all"));
    }

    private static MonitorSettings Load(string monitor) =>
        ConfigLoader
            .Parse(
                new ConfigSource("c.yaml", TunnelRole.Client),
                $"{Example.Client}monitor: {(monitor == "{}" ? monitor : $"{{ {monitor} }}")}\n"
            )
            .Settings.Monitor;
}
