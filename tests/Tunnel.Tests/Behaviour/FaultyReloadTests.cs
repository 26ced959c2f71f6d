using System.Runtime.Versioning;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Behaviour;

/// <summary>
/// A configuration that cannot be used changes nothing, and what is wrong with it is said with its place.
/// </summary>
public sealed class FaultyReloadTests(BackendPair backends) : ConfiguredTests(backends)
{
    private static readonly byte[] _words = "some words"u8.ToArray();

    [Test]
    public async Task Text_that_is_not_YAML() =>
        await RefusedAsync(Process.Text + "  - [", $"{Process.Path}:", ": not valid YAML: ");

    [Test]
    public async Task An_unknown_key() =>
        await RefusedAsync(
            Process.Text.Replace("reconnect:", "reconect:"),
            $"{Process.Path}:8:1: unknown key 'reconect' at the top level; did you mean 'reconnect'?"
        );

    [Test]
    public async Task Two_tunnels_of_one_name() =>
        await RefusedAsync(
            Process.Text.Replace("name: c", "name: s"),
            $"{Process.Path}:15:11: tunnels[1].name is 's', and an earlier tunnel has this name"
        );

    [Test]
    public async Task A_file_that_is_not_there()
    {
        File.Delete(Process.Certificates.ServerCert);
        await RefusedAsync(null, $"{Process.Path}:2:16: tls.server_cert: ", "not exist");
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public async Task A_key_that_cannot_be_read()
    {
        // Also for root, who may read everything.
        File.Delete(Process.Certificates.ServerKey);
        Directory.CreateDirectory(Process.Certificates.ServerKey);
        await RefusedAsync(null, $"{Process.Path}:3:15: tls.server_key: ", Process.Certificates.ServerKey);
    }

    [Test, Platform(Exclude = "Win"), UnsupportedOSPlatform("windows")]
    public async Task A_key_that_others_can_read()
    {
        File.SetUnixFileMode(Process.Certificates.ServerKey, (UnixFileMode)0b110_100_000);
        await RefusedAsync(null, $"{Process.Path}:3:15: tls.server_key: ", "has mode 0640, which gives other users");
    }

    [Test]
    public async Task The_key_of_another_certificate()
    {
        File.Copy(Process.Certificates.ClientKey, Process.Certificates.ServerKey, overwrite: true);
        await RefusedAsync(null, $"{Process.Path}:3:15: tls.server_key: ", "does not match the first certificate");
    }

    [Test]
    public async Task Half_of_a_PEM_file()
    {
        var pem = File.ReadAllText(Process.Certificates.ServerCert);
        File.WriteAllText(Process.Certificates.ServerCert, pem[..(pem.Length / 2)]);
        await RefusedAsync(null, $"{Process.Path}:2:16: tls.server_cert: ", Process.Certificates.ServerCert);
    }

    [Test]
    public async Task A_certificate_that_has_expired()
    {
        Process.Root.Issue(TestLeaf.Expired(TimeSpan.FromHours(1))).WriteFiles(Process.Files.Path, "server");
        await RefusedAsync(
            null,
            $"{Process.Path}:2:16: tls.server_cert: {Process.Certificates.ServerCert}: ",
            "expired"
        );
    }

    [Test]
    public async Task An_address_in_use()
    {
        using var occupied = Wire.Listen();
        var port = occupied.EndPoint().Port;
        await RefusedAsync(
            Process.Text.Replace($"port: {Process.ClientPort}", $"port: {port}"),
            $"{Process.Path}:16:46: tunnels[1].local_listener.port: cannot listen on 127.0.0.1:{port}: ",
            "in use"
        );
    }

    [Test]
    public async Task A_name_that_does_not_resolve() =>
        await RefusedAsync(
            Process.Text.Replace("local_listener: { host: 127.0.0.1", "local_listener: { host: no-such-name.invalid"),
            $"{Process.Path}:16:57: tunnels[1].local_listener.port: ",
            "cannot listen on no-such-name.invalid:"
        );

    [Test]
    public async Task A_CRL_that_is_none()
    {
        var crl = Process.Files.Write("ca.crl", "not a CRL");
        await WithOpenSslRefusedAsync(crl, ".crl: ", crl);
    }

    [Test]
    public async Task A_CRL_that_is_outdated()
    {
        var crl = Process.Files.Write(
            "ca.crl",
            Process.Root.Crl([], from: DateTimeOffset.UtcNow.AddHours(-2), to: DateTimeOffset.UtcNow.AddHours(-1))
        );
        await WithOpenSslRefusedAsync(crl, ":14:17: tunnels[0].tls.crl: ", crl);
    }

    /// <summary>Only this backend takes CRLs.</summary>
    private async Task WithOpenSslRefusedAsync(string crl, params string[] words)
    {
        if (TestBackends.Current.Server == TlsBackendSetting.OpenSsl)
        {
            var text = Process.Text;
            var end = text.LastIndexOf("backend: openssl }\n  - name: c", StringComparison.Ordinal);
            await RefusedAsync(text.Insert(end, $"crl: {crl}, "), words);
        }
        else
        {
            await RefusedAsync(
                Process.Text.Replace(
                    "tls: { backend: sslstream }\n  - name: c",
                    $"tls: {{ backend: sslstream, crl: {crl} }}\n  - name: c"
                ),
                "crl"
            );
        }
    }

    private async Task RefusedAsync(string? text, params string[] words)
    {
        var (application, target) = await Process.OpenAsync();
        var plans = Process.Set.Running.Select(tunnel => tunnel.Plan).ToArray();
        var log = CapturedLog.Listen();
        Process.Write(text);

        var result = await Process.ReloadAsync();

        CapturedLog.Leave(log);
        Assert.That(result.IsAccepted, Is.False);
        foreach (var word in words)
        {
            Assert.That(result.Words, Does.Contain(word));
        }

        var lines = CapturedLog.Come(log).Select(line => line.FormattedMessage).ToList();
        Assert.That(lines, Has.Some.Contains("nothing has changed; generation 1 serves on"));
        Assert.That(lines, Has.Some.Contains(result.Words.Split('\n')[0]));
        Assert.That(Process.Set.Generation, Is.EqualTo(1));
        Assert.That(Process.Set.Running.Select(tunnel => tunnel.Plan), Is.EqualTo(plans));
        await application.PassAsync(target, _words);
        var (next, reached) = await Process.OpenAsync();
        next.Dispose();
        reached.Dispose();
        application.Dispose();
        target.Dispose();
    }
}
