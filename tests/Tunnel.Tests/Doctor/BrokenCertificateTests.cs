using NUnit.Framework;
using Tunnel.Tests.Behaviour;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Doctor;

/// <summary>What is wrong with certificates, seen from a client: the cause, the remedy, and the exit code.</summary>
public sealed class BrokenCertificateTests(BackendPair backends) : BehaviourTests(backends)
{
    private readonly TestCa _root = TestCa.CreateRoot();
    private readonly TestCa _other = TestCa.CreateRoot("Another Root");

    [Test]
    public Task A_server_with_another_name() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = _root.Issue(new TestLeaf { DnsNames = ["db.example"] }) },
            ExitCodes.Tls,
            "server_wrong_name",
            "DNS:db.example",
            "the name localhost",
            "server_name"
        );

    [Test]
    public Task A_server_that_has_expired() =>
        FindsAsync(
            new Clinic { Root = _root, ServerCertificate = _root.Issue(TestLeaf.Expired(TimeSpan.FromDays(2.5))) },
            ExitCodes.Tls,
            "server_expired",
            "(2 days ago)",
            "issue a new certificate for the server"
        );

    [Test]
    public Task A_server_of_a_CA_that_we_do_not_trust() =>
        FindsAsync(
            new Clinic { Root = _root, TrustedByClient = _other },
            ExitCodes.Tls,
            "server_untrusted_issuer",
            "CN=Test Root",
            "server_ca_cert"
        );

    [Test]
    public Task A_client_of_a_CA_that_the_server_does_not_trust() =>
        FindsAsync(
            new Clinic { Root = _root, TrustedByServer = _other },
            ExitCodes.Verdict,
            "our_issuer_not_trusted",
            "CN=Test Root",
            "client_ca_cert at the server"
        );

    [Test]
    public Task A_client_that_is_not_on_the_list() =>
        FindsAsync(
            new Clinic { Root = _root, ServerTls = ", allowed_client_cns: [somebody]" },
            ExitCodes.Verdict,
            "not_allowed",
            "CN=client",
            "allowed_client_cns"
        );

    private static async Task FindsAsync(Clinic clinic, int exitCode, string code, params string[] words)
    {
        await using (clinic)
        {
            await clinic.StartServerAsync();
            var (found, text) = await Clinic.ExamineAsync(clinic.ClientFile);
            Assert.That(found, Is.EqualTo(exitCode), text);
            foreach (var word in words)
            {
                Assert.That(text, Does.Contain(word));
            }

            var (_, report) = await Clinic.ExamineForProgramAsync(clinic.ClientFile);
            var diagnosis = report.GetProperty("tunnels")[0].GetProperty("diagnosis");
            Assert.That(diagnosis.GetProperty("code").GetString(), Is.EqualTo(code), text);
            Assert.That(diagnosis.GetProperty("exit_code").GetInt32(), Is.EqualTo(exitCode));
        }
    }
}
