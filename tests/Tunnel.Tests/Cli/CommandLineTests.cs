using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Cli;
using Tunnel.Config;
using Tunnel.Diagnostics;
using Tunnel.Text;

namespace Tunnel.Tests.Cli;

public sealed class CommandLineTests
{
    [TestCase("client --config a.yaml", "prepare client a.yaml|run client as_configured", 3)]
    [TestCase("server --config a.yaml --verbose", "prepare server a.yaml|run server debug", 3)]
    [TestCase("server --debug -c a.yaml", "prepare server a.yaml|run server trace", 3)]
    [TestCase("client --config @a.yaml", "prepare client @a.yaml|run client as_configured", 3)]
    [TestCase("check client --config a.yaml", "check client a.yaml", 0)]
    [TestCase("run --config a.yaml", "prepare any a.yaml|run any as_configured", 3)]
    [TestCase("run -c a --set b.c=d --set e=f=g", "prepare any a b.c=d e=f=g|run any as_configured", 3)]
    [TestCase("check --config a.yaml", "check any a.yaml", 0)]
    [TestCase("status --config a.yaml", "status any a.yaml", 0)]
    [TestCase("top --config a.yaml", "top any a.yaml 1", 0)]
    [TestCase("top -c a.yaml --set b=c --interval 0.5 --once", "top any a.yaml b=c 0.5 once", 0)]
    [TestCase("reload --config a.yaml", "reload any a.yaml", 0)]
    [TestCase("diag --config a.yaml", "diag any a.yaml -", 0)]
    [TestCase("diag --config a.yaml --output b.tar.gz", "diag any a.yaml b.tar.gz", 0)]
    [TestCase("explain --config a.yaml --cert b.crt", "explain any a.yaml b.crt - -", 1)]
    [TestCase("explain -c a.yaml --cert b.crt --from ::1 db", "explain any a.yaml b.crt ::1 db", 1)]
    [TestCase("doctor --config a.yaml", "doctor any a.yaml - False", 13)]
    [TestCase("doctor -c a.yaml --json db", "doctor any a.yaml db True", 13)]
    [TestCase("ping --config a.yaml", "ping any a.yaml - 10 1 False", 0)]
    [TestCase("ping -c a.yaml -n 3 --interval 0.5 --json db", "ping any a.yaml db 3 0.5 True", 0)]
    [TestCase("check --config a.yaml --connect", "check and connect any a.yaml", 12)]
    [TestCase("check client --config a.yaml --connect", "check and connect client a.yaml", 12)]
    [TestCase("check server --config a.yaml", "check server a.yaml", 2)]
    [TestCase("status client --config a.yaml", "status client a.yaml", 0)]
    [TestCase("status server -c a.yaml", "status server a.yaml", 1)]
    [TestCase("certs init", "certs certs [] ", 0)]
    [TestCase("certs init --dir d --server-name a --server-name ::1 --client-name c", "certs d [a ::1] c", 0)]
    [TestCase("demo", "demo 64 False", 0)]
    [TestCase("demo --stay --size 2", "demo 2 True", 0)]
    public async Task Command_does_its_work_and_its_exit_code_is_returned(string line, string calls, int exitCode)
    {
        var actions = new FakeActions();

        var actual = await actions.Invoke(line.Split(' '));

        Assert.That(actions.Error.ToString(), Is.Empty);
        Assert.That(string.Join('|', actions.Calls), Is.EqualTo(calls));
        Assert.That(actual, Is.EqualTo(exitCode));
    }

    [TestCase(
        "client",
        "'tunnel client' needs '--config FILE', for example:\n  tunnel client --config config/client_config.yaml\n"
    )]
    [TestCase("status server", "  tunnel status server --config config/server_config.yaml\n")]
    [TestCase("client --config", "--config")]
    [TestCase("client --config a --verbose --debug", "--verbose or --debug, not both")]
    [TestCase("server --config a extra", "'extra' is not expected here; 'tunnel server' knows --config, ")]
    [TestCase("client a.yaml", "a file is named by --config: tunnel client --config a.yaml\n")]
    [TestCase("srever --config a", "there is no command 'srever'; did you mean 'server'?\nTry 'tunnel --help'.\n")]
    [TestCase("checks server", "there is no command 'checks'; did you mean 'check'?\nTry 'tunnel --help'.\n")]
    [TestCase(
        "check sever --config a",
        "there is no command 'sever'; did you mean 'server'?\nTry 'tunnel check --help'.\n"
    )]
    [TestCase("connect", "there is no command 'connect'; 'tunnel' knows run, client, server, check, ")]
    [TestCase("help client", "did you mean '--help'?")]
    [TestCase("version", "did you mean '--version'?")]
    [TestCase("-v", "there is no option '-v'; 'tunnel' knows --help, --version\n")]
    [TestCase(
        "client --confg a",
        "there is no option '--confg'; did you mean '--config'?\nTry 'tunnel client --help'.\n"
    )]
    [TestCase("check", "'tunnel check' needs '--config FILE', for example:\n  tunnel check --config ")]
    [TestCase("check --confi a", "there is no option '--confi'; did you mean '--config'?")]
    [TestCase("top --config a --interval 0", "must be a number of seconds from 0.1 to 3600, not '0'.\n")]
    [TestCase("top --config a --interval soon", "must be a number of seconds from 0.1 to 3600, not 'soon'.\n")]
    [TestCase("wait --config a --for ever", "--for must be a number of seconds from 0 to 3600, not 'ever'.\n")]
    [TestCase("status", "Try 'tunnel status --help'")]
    [TestCase("certs", "'tunnel certs' needs init after it")]
    [TestCase("certs init --dir", "Try 'tunnel certs init --help'")]
    [TestCase("demo stay", "did you mean '--stay'?")]
    [TestCase("demo --size 0", "from 1 to 65536")]
    [TestCase("ping -c a --count 0", "'--count 0' is not how many: write a number from 1 to 100000.")]
    [TestCase("ping -c a --count 1.5", "write a number from 1 to 100000.")]
    [TestCase("ping -c a --interval -1", "--interval")]
    [TestCase(
        "ping -c a --interval soon",
        "'--interval soon' is not a number of seconds: write a number from 0 to 3600."
    )]
    [TestCase("demo --size ten", "'--size ten' is not a size")]
    [TestCase("demo --size 99999999999", "from 1 to 65536")]
    public async Task Mistake_is_explained_on_the_error_stream_and_nothing_is_done(string line, string explanation)
    {
        var actions = new FakeActions();

        var exitCode = await actions.Invoke(line.Split(' '));

        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(actions.Calls, Is.Empty);
        Assert.That(actions.Output.ToString(), Is.Empty);
        Assert.That(actions.Error.ToString(), Does.StartWith("tunnel: ").And.Contain(explanation));
        Assert.That(actions.Error.ToString(), Does.Not.Contain("Unrecognized").And.Not.Contain("not provided"));
    }

    [Test]
    public async Task No_command_shows_what_there_is()
    {
        var actions = new FakeActions();

        Assert.That(await actions.Invoke(), Is.EqualTo(2));
        Assert.That(actions.Error.ToString(), Does.Contain("client").And.Contain("demo").And.Contain("Start here"));
    }

    [TestCase("--help", "tunnel demo ")]
    [TestCase("client --help", "tunnel client --config ")]
    [TestCase("server -h", "tunnel server --config ")]
    [TestCase("check --help", "tunnel check client --config ")]
    [TestCase("check server --help", "tunnel check server --config ")]
    [TestCase("status --help", "tunnel status client --config ")]
    [TestCase("status client --help", "tunnel status client --config ")]
    [TestCase("certs --help", "tunnel certs init")]
    [TestCase("certs init --help", "tunnel certs init --dir ")]
    [TestCase("demo --help", "tunnel demo --stay")]
    public async Task Help_has_examples(string line, string example)
    {
        var actions = new FakeActions();

        Assert.That(await actions.Invoke(line.Split(' ')), Is.Zero);
        Assert.That(actions.Output.ToString(), Does.Contain("Usage:").And.Contain("\n  " + example));
        Assert.That(actions.Error.ToString(), Is.Empty);
    }

    [Test]
    public async Task Help_of_a_run_lists_every_exit_code()
    {
        var actions = new FakeActions();

        await actions.Invoke("client", "--help");

        Assert.That(actions.Output.ToString(), Does.Match(@"(?s)Exit codes:\n  0  .*\n  1  .*\n  2  .*\n  3  "));
    }

    [Test]
    public async Task Failure_at_run_time_is_told_in_its_own_words()
    {
        var actions = new FakeActions { Failure = new SocketException((int)SocketError.AddressAlreadyInUse) };

        Assert.That(await actions.Invoke("demo"), Is.EqualTo(1));
        Assert.That(
            actions.Error.ToString(),
            Does.StartWith($"tunnel: {actions.Failure.Message}; these words are the system's: look at ")
        );
    }

    [Test]
    public async Task Bad_input_in_a_container_leads_to_what_is_mounted()
    {
        var actions = new FakeActions { Failure = new ConfigException([new("a", 0, 0, "", "is missing", "write it")]) };
        var was = Environment.GetEnvironmentVariable(Failures.InContainer);
        try
        {
            Environment.SetEnvironmentVariable(Failures.InContainer, "true");
            Assert.That(await actions.Invoke("client", "--config", "a"), Is.EqualTo(2));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Failures.InContainer, was);
        }

        Assert.That(
            actions.Error.ToString(),
            Does.Match(
                @"^tunnel: a: is missing; write it\ntunnel: this is a container: .* mounted at /etc/tunnel; .*\n$"
            )
        );
    }

    [Test]
    public async Task Log_file_that_cannot_be_written_counts_as_bad_input()
    {
        var actions = new FakeActions
        {
            Failure = new LogFileException(Trouble.Of("cannot", "write", "\n"), new IOException()),
        };

        Assert.That(await actions.Invoke("client", "--config", "a"), Is.EqualTo(2));
        Assert.That(actions.Error.ToString(), Is.EqualTo("tunnel: cannot\ntunnel: write\n"));
    }

    [Test]
    public async Task Fault_of_the_program_says_so_and_shows_where()
    {
        var actions = new FakeActions { Failure = new InvalidOperationException("impossible") };

        Assert.That(await actions.Invoke("demo"), Is.EqualTo(1));
        Assert.That(actions.Error.ToString(), Does.Contain("please report it").And.Contain(nameof(FakeActions)));
    }
}
