using System.Collections.Concurrent;
using System.Net;
using NUnit.Framework;
using Tunnel.Net;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Net;

/// <summary>
/// Lookups wait for the name server and for nobody else, and whoever asks for the same name shares one.
/// </summary>
public sealed class NameLookupsTests
{
    private static readonly string[] _dead = ["dead 1", "dead 2", "dead 3"];
    private static readonly LookupResult _answer = LookupResult.Of([IPAddress.Parse("192.0.2.1")]);

    [Test]
    public async Task Whoever_asks_while_a_name_is_looked_up_shares_the_answer_and_the_next_one_asks_anew()
    {
        using var server = new NameServer();
        var asking = Enumerable
            .Range(0, 8)
            .Select(at => server.Names.LookupAsync(at % 2 == 0 ? "one" : "ONE"))
            .ToArray();
        await server.AskedAsync(1);
        Assert.That(asking.Any(lookup => lookup.IsCompleted), Is.False);

        server.Answer();

        Assert.That(await Task.WhenAll(asking).WaitAsync(Wire.Patience), Is.All.SameAs(_answer));
        Assert.That(server.Asked.Single(), Is.EqualTo("one"));
        await server.Names.LookupAsync("one").WaitAsync(Wire.Patience);
        Assert.That(server.Asked.Count(), Is.EqualTo(2), "an answer is not kept");
    }

    [Test]
    public async Task A_name_without_an_answer_keeps_no_other_name_waiting()
    {
        using var server = new NameServer(_dead);
        var dead = _dead.Select(server.Names.LookupAsync).ToArray();
        server.Answer();

        await server.Names.LookupAsync("alive").WaitAsync(Wire.Patience);

        Assert.That(dead.Any(lookup => lookup.IsCompleted), Is.False);
        server.Revive();
        await Task.WhenAll(dead).WaitAsync(Wire.Patience);
    }

    [Test]
    public async Task However_many_names_there_are_the_threads_are_bounded_and_none_is_one_of_the_pool()
    {
        using var server = new NameServer();
        var asking = Enumerable.Range(0, 100).Select(at => server.Names.LookupAsync($"name {at}")).ToArray();
        await server.AskedAsync(8);

        server.Answer();

        await Task.WhenAll(asking).WaitAsync(Wire.Patience);
        Assert.That(server.MostAtOnce, Is.EqualTo(8));
        Assert.That(server.OnPool, Is.False);
        Assert.That(server.Asked, Is.Unique);
    }

    [Test]
    public async Task A_resolver_that_fails_in_an_unexpected_way_fails_one_lookup()
    {
        var fail = true;
        var names = new NameLookups(_ => fail ? throw new InvalidOperationException("broken") : _answer);
        Assert.That((await names.LookupAsync("one").WaitAsync(Wire.Patience)).Fault?.Cause, Does.Contain("broken"));

        fail = false;

        Assert.That(await names.LookupAsync("one").WaitAsync(Wire.Patience), Is.SameAs(_answer));
    }

    [TestCase("127.0.0.1", "127.0.0.1")]
    [TestCase("::1", "::1")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7")]
    public async Task An_address_is_not_looked_up_and_comes_out_of_its_coat(string literal, string address)
    {
        var names = new NameLookups(_ => throw new InvalidOperationException("an address was looked up"));
        Assert.That((await names.LookupAsync(literal)).Addresses, Is.EqualTo([IPAddress.Parse(address)]));
    }

    [Test]
    public void Addresses_that_the_resolver_gives_twice_are_taken_once()
    {
        IPAddress[] twice =
        [
            IPAddress.Loopback,
            IPAddress.IPv6Loopback,
            IPAddress.Loopback,
            IPAddress.Loopback.MapToIPv6(),
        ];
        Assert.That(LookupResult.Of(twice).Addresses, Is.EqualTo([IPAddress.Loopback, IPAddress.IPv6Loopback]));
        Assert.That(LookupResult.Of([]).Fault?.Cause, Does.Contain("no address"));
    }

    [Test, Category(StressTime.Category)]
    public async Task Under_fire_every_lookup_gets_the_answer_for_its_name()
    {
        var names = new NameLookups(name =>
        {
            Thread.Yield();
            return LookupResult.Failed(ResolverErrors.OfSystem(name));
        });
        using var time = new CancellationTokenSource(StressTime.Length);
        var askers = Enumerable
            .Range(0, 32)
            .Select(asker =>
                Task.Run(async () =>
                {
                    var random = new Random(asker);
                    for (; !time.IsCancellationRequested; )
                    {
                        var name = $"name {random.Next(24)}";
                        Assert.That(
                            (await names.LookupAsync(name).WaitAsync(Wire.Patience)).Fault,
                            Is.EqualTo(ResolverErrors.OfSystem(name))
                        );
                    }
                })
            );
        await Task.WhenAll(askers);
    }

    /// <summary>Answers nobody until it is told to, and some names not even then.</summary>
    private sealed class NameServer : IDisposable
    {
        private readonly ManualResetEventSlim _answers = new();
        private readonly ManualResetEventSlim _revived = new();
        private readonly ConcurrentQueue<string> _asked = new();
        private readonly Lock _lock = new();
        private int _atOnce;

        public NameServer(params string[] dead) =>
            Names = new NameLookups(name =>
            {
                _asked.Enqueue(name);
                lock (_lock)
                {
                    MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
                    OnPool |= Thread.CurrentThread.IsThreadPoolThread;
                }

                (dead.Contains(name) ? _revived : _answers).Wait(Wire.Patience);
                lock (_lock)
                {
                    _atOnce--;
                }

                return _answer;
            });

        public NameLookups Names { get; }

        public IEnumerable<string> Asked => _asked;

        public int MostAtOnce { get; private set; }

        public bool OnPool { get; private set; }

        public Task AskedAsync(int times) =>
            Eventually.HoldsAsync(() => _asked.Count >= times, () => $"asked {_asked.Count} times, not {times}");

        public void Answer() => _answers.Set();

        public void Revive() => _revived.Set();

        public void Dispose()
        {
            Answer();
            Revive();
        }
    }
}
