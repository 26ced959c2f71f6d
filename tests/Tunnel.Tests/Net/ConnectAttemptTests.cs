using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;
using Tunnel.Text;

namespace Tunnel.Tests.Net;

/// <summary>An attempt takes its sockets from the budget, and says what it was waiting for.</summary>
public sealed class ConnectAttemptTests
{
    private static readonly NameLookups _noNames = new(_ => throw new InvalidOperationException("nothing to look up"));

    private readonly ManualTime _time = new();
    private readonly List<Engine> _engines = [];

    [TearDown]
    public void DisposeOfEngines() => _engines.ForEach(engine => engine.Dispose());

    [Test]
    public async Task Silent_addresses_take_no_more_files_than_there_are()
    {
        using var hole = await BlackHole.DigAsync();
        var files = new OpenFiles(2);
        var attempt = Attempt(hole.EndPoint.Port, files);
        var racing = attempt.RaceAsync([.. Enumerable.Repeat(hole.EndPoint.Address, 8)]);

        await ManyStaggersAsync();

        Assert.That(files.Taken, Is.EqualTo(2), "beside the session's own");
        Assert.That(racing.IsCompleted, Is.False);
        attempt.GiveUp();
        var result = await racing.WaitAsync(Wire.Patience);
        Assert.That(result.Channel, Is.Null);
        Assert.That(result.Detail, Does.Contain($"{hole.EndPoint}: no answer so far"));
        Assert.That(result.Detail, Does.Contain("5 more addresses were not tried"));
        Assert.That(files.Taken, Is.Zero);
    }

    [Test]
    public async Task An_address_that_refuses_gives_its_file_to_the_next()
    {
        using var hole = await BlackHole.DigAsync();
        using var listener = ListenOn("127.0.0.3", hole.EndPoint.Port);
        var files = new OpenFiles(1);
        var attempt = Attempt(hole.EndPoint.Port, files);
        var racing = attempt.RaceAsync([
            hole.EndPoint.Address,
            IPAddress.Parse("127.0.0.2"),
            listener.EndPoint().Address,
        ]);

        var result = await _time.RunUntilAsync(racing);

        Assert.That(result.Channel?.RemoteEndPoint, Is.EqualTo(listener.EndPoint()), result.Detail);
        result.Channel!.Abort();
        await GivenBackAsync(files);
    }

    [Test]
    public async Task The_files_of_those_that_lost_are_given_back()
    {
        using var hole = await BlackHole.DigAsync();
        using var listener = ListenOn("127.0.0.3", hole.EndPoint.Port);
        var files = new OpenFiles(100);
        var attempt = Attempt(hole.EndPoint.Port, files);
        var racing = attempt.RaceAsync([
            hole.EndPoint.Address,
            hole.EndPoint.Address,
            hole.EndPoint.Address,
            listener.EndPoint().Address,
        ]);

        var result = await _time.RunUntilAsync(racing);

        Assert.That(result.Channel?.RemoteEndPoint, Is.EqualTo(listener.EndPoint()), result.Detail);
        result.Channel!.Abort();
        await GivenBackAsync(files);
    }

    [Test]
    public async Task Without_a_budget_left_a_single_address_is_reached_all_the_same()
    {
        using var listener = ListenOn("127.0.0.1", 0);
        var result = await Attempt(listener.EndPoint().Port, new OpenFiles(0)).RaceAsync([IPAddress.Loopback]);
        Assert.That(result.Channel, Is.Not.Null, result.Detail);
        result.Channel!.Abort();
    }

    [Test]
    public async Task Many_failures_make_a_line_that_can_be_read()
    {
        var port = Wire.FreePort();
        var racing = Attempt(port, new OpenFiles(100)).RaceAsync([.. Enumerable.Repeat(IPAddress.Loopback, 20)]);
        var result = await _time.RunUntilAsync(racing);
        Assert.That(result.Detail, Does.Contain("connection refused").And.EndWith("and 12 more"));
        Assert.That(result.Detail, Has.Length.LessThan(1000));
    }

    [Test]
    public async Task What_is_given_up_during_the_lookup_says_so()
    {
        using var answer = new ManualResetEventSlim();
        var names = new NameLookups(_ =>
        {
            answer.Wait(Wire.Patience);
            return LookupResult.Failed(ResolverErrors.NoAnswerYet);
        });
        var attempt = new ConnectAttempt("db.example", 1, EngineOf(names, new OpenFiles(1)));
        var running = attempt.RunAsync();

        attempt.GiveUp();

        var result = await running.WaitAsync(Wire.Patience);
        Assert.That(result.Detail, Does.StartWith("db.example: the name servers have not answered so far"));
        answer.Set();
    }

    [Test]
    public async Task The_lookup_s_words_are_the_attempt_s()
    {
        var names = new NameLookups(_ => LookupResult.Failed(Trouble.Of("the name does not exist", "correct it")));
        var result = await new ConnectAttempt("db.example", 1, EngineOf(names, new OpenFiles(1))).RunAsync();
        Assert.That(result.Detail, Is.EqualTo("db.example: the name does not exist"));
    }

    private static async Task GivenBackAsync(OpenFiles files) =>
        await Eventually.HoldsAsync(() => files.Taken == 0, () => $"{files.Taken} files are still taken");

    private static Socket ListenOn(string address, int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        listener.Listen();
        return listener;
    }

    private ConnectAttempt Attempt(int port, OpenFiles files) =>
        new("a name with several addresses", port, EngineOf(_noNames, files));

    private Engine EngineOf(NameLookups names, OpenFiles files)
    {
        var engine = new Engine(_time, files, SystemNetwork.Instance, names, Random.Shared);
        _engines.Add(engine);
        return engine;
    }

    /// <summary>Time for every address of a name to have its turn.</summary>
    private async Task ManyStaggersAsync()
    {
        var staggers = 0;
        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(250));
                return ++staggers > 50;
            },
            () => "time stands still"
        );
    }
}
