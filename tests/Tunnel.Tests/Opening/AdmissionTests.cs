using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Net;
using Tunnel.Opening;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Opening;

/// <summary>Who gets a place within the limits, in which order, and who is told to come back.</summary>
[LeavesNothing]
public sealed class AdmissionTests
{
    private readonly ManualTime _time = new();
    private Engine _engine = null!;
    private DeadlineWheel _wheel = null!;

    [SetUp]
    public void MakeAnEngine()
    {
        _engine = new Engine(_time, new OpenFiles(100_000));
        _wheel = _engine.Wheel;
    }

    [TearDown]
    public void StopIt()
    {
        Assert.That(_wheel.Scheduled, Is.Zero, "deadlines are left");
        _engine.Dispose();
    }

    [Test]
    public async Task Without_limits_everybody_gets_a_place_and_nobody_is_remembered()
    {
        var admission = With(new());
        for (var number = 0; number < 5000; number++)
        {
            Assert.That(await EndOf(Enter(admission, $"client {number}")), Is.EqualTo(AdmissionResult.Admitted));
        }

        Enumerable.Range(0, 5000).ToList().ForEach(number => admission.Leave($"client {number}"));
        Assert.That(admission.Tenants, Is.Zero);
    }

    [Test]
    public async Task The_open_files_limit_the_sessions_of_all_tunnels_together()
    {
        using var engine = new Engine(_time, new OpenFiles(3 * OpenFiles.PerSession));
        var (one, other) = (new Admission(engine, new()), new Admission(engine, new()));
        await Enter(one, "a");
        await Enter(other, "a");
        await Enter(other, "b");
        var waiting = Enter(one, "b").AsTask();

        _time.Advance(Admission.MostWait + DeadlineWheel.Tick);
        var outcome = await waiting.WaitAsync(Wire.Patience);

        Assert.That(outcome.Result, Is.EqualTo(AdmissionResult.Busy));
        Assert.That(outcome.Limit, Does.Contain("open files"));
        other.Leave("a");
        Assert.That(await EndOf(Enter(one, "b")), Is.EqualTo(AdmissionResult.Admitted));
        Assert.That(engine.SessionPlaces.IsFull, Is.True);
        one.Leave("a");
        one.Leave("b");
        other.Leave("b");
        Assert.That(engine.SessionPlaces.IsFull, Is.False);
    }

    [Test]
    public async Task One_identity_leaves_a_sixteenth_to_the_others()
    {
        var admission = With(new() { Sessions = 1600 });
        for (var number = 0; number < 1500; number++)
        {
            Assert.That(await EndOf(Enter(admission, "crowd")), Is.EqualTo(AdmissionResult.Admitted));
        }

        var oneMore = Enter(admission, "crowd").AsTask();
        Assert.That(await EndOf(Enter(admission, "other")), Is.EqualTo(AdmissionResult.Admitted));
        _time.Advance(Admission.MostWait + DeadlineWheel.Tick);
        Assert.That((await oneMore.WaitAsync(Wire.Patience)).Limit, Is.EqualTo("limits.sessions_per_identity"));
    }

    [Test]
    public async Task What_an_identity_owes_is_not_forgotten_with_its_last_session()
    {
        var admission = With(new() { BytesPerSecond = 1000 });
        var first = (await Enter(admission, "a")).Traffic!;
        first.Spend(5000, _wheel);
        admission.Leave("a");

        Assert.That((await Enter(admission, "a")).Traffic, Is.SameAs(first));

        _time.Advance(TimeSpan.FromSeconds(10));
        admission.Leave("a");
        Assert.That(admission.Tenants, Is.Zero);
    }

    [Test]
    public async Task A_new_limit_of_bytes_holds_for_those_who_are_there()
    {
        var admission = With(new());
        var traffic = (await Enter(admission, "a")).Traffic!;
        Assert.That(traffic.Spend(5000, _wheel), Is.EqualTo(TimeSpan.Zero));

        admission.Apply(new() { BytesPerSecond = 1000 });

        Assert.That(traffic.Spend(5000, _wheel), Is.GreaterThan(TimeSpan.FromSeconds(4)));
        Assert.That((await Enter(admission, "b")).Traffic!.Spend(5000, _wheel), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public async Task Places_go_round_among_identities_and_in_order_within_one()
    {
        var admission = With(new() { Sessions = 1 });
        await Enter(admission, "first");
        var waiting = "crowd 1, crowd 2, crowd 3, a 1, b 1, a 2"
            .Split(", ")
            .Select(name => (Name: name, Turn: Enter(admission, name.Split(' ')[0]).AsTask()))
            .ToList();

        var order = new List<string>();
        var holder = "first";
        while (waiting.Count > 0)
        {
            admission.Leave(holder);
            var done = await OnlyOne(waiting.Select(one => one.Turn));
            var next = waiting.Single(one => one.Turn == done);
            waiting.Remove(next);
            order.Add(next.Name);
            holder = next.Name.Split(' ')[0];
        }

        admission.Leave(holder);
        Assert.That(order, Is.EqualTo(["crowd 1", "a 1", "b 1", "crowd 2", "a 2", "crowd 3"]));
        Assert.That((admission.Waiting, admission.Tenants), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task Who_has_reached_a_limit_of_his_own_keeps_nobody_waiting()
    {
        var admission = With(new() { Sessions = 3, SessionsPerIdentity = 1 });
        await Enter(admission, "a");
        var again = Enter(admission, "a");
        Assert.That(await EndOf(Enter(admission, "b")), Is.EqualTo(AdmissionResult.Admitted));
        Assert.That(await EndOf(Enter(admission, "c")), Is.EqualTo(AdmissionResult.Admitted));
        Assert.That(again.IsCompleted, Is.False);
        admission.Leave("b");
        Assert.That(again.IsCompleted, Is.False);

        admission.Leave("a");
        Assert.That(await EndOf(again), Is.EqualTo(AdmissionResult.Admitted));
        admission.Leave("a");
        admission.Leave("c");
    }

    [TestCase("limits.sessions")]
    [TestCase("limits.sessions_per_identity")]
    public async Task After_a_second_it_is_busy_and_which_limit_it_was(string limit)
    {
        var admission = With(limit == "limits.sessions" ? new() { Sessions = 1 } : new() { SessionsPerIdentity = 1 });
        await Enter(admission, "a");
        var waiting = Enter(admission, "a").AsTask();
        _time.Advance(Admission.MostWait - TimeSpan.FromMilliseconds(1));
        Assert.That((waiting.IsCompleted, admission.Waiting), Is.EqualTo((false, 1)));
        _time.Advance(2 * DeadlineWheel.Tick);

        var (result, reached, retryAfter, _) = await waiting.WaitAsync(Wire.Patience);
        Assert.That((result, reached), Is.EqualTo((AdmissionResult.Busy, limit)));
        Assert.That(retryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That((admission.Waiting, admission.TurnedAway), Is.EqualTo((0, 1)));
        admission.Leave("a");
        Assert.That(await EndOf(Enter(admission, "a")), Is.EqualTo(AdmissionResult.Admitted), "the place is free");
        admission.Leave("a");
    }

    [Test]
    public async Task A_rate_lets_in_so_many_at_once_and_then_one_after_the_other()
    {
        var admission = With(new() { NewSessionsPerSecond = 4 });
        for (var number = 0; number < 4; number++)
        {
            Assert.That(await EndOf(Enter(admission, "a")), Is.EqualTo(AdmissionResult.Admitted));
        }

        var waiting = Enumerable.Range(0, 6).Select(_ => Enter(admission, "a").AsTask()).ToList();
        Assert.That(await EndOf(Enter(admission, "b")), Is.EqualTo(AdmissionResult.Admitted));
        var admitted = new List<int>();
        for (var tick = 0; tick < 20; tick++)
        {
            _time.Advance(DeadlineWheel.Tick);
            await Task.Delay(5);
            admitted.Add(waiting.Count(one => one.IsCompleted));
        }

        Assert.That(admitted, Is.Ordered);
        Assert.That(admitted[3], Is.Zero, "a quarter of a second has not passed");
        _time.Advance(2 * DeadlineWheel.Tick);
        var results = await Task.WhenAll(waiting).WaitAsync(Wire.Patience);
        Assert.That(results.Count(one => one.Result == AdmissionResult.Admitted), Is.InRange(3, 4));
        Assert.That(
            results.Where(one => one.Result == AdmissionResult.Busy).Select(one => one.Limit),
            Is.All.EqualTo("limits.new_sessions_per_second")
        );
        foreach (var _ in results.Where(one => one.Result == AdmissionResult.Admitted).Concat(results.Take(4)))
        {
            admission.Leave("a");
        }

        admission.Leave("b");
        await DrainAsync();
    }

    [Test]
    public async Task Nobody_comes_before_those_of_his_own_who_wait()
    {
        var admission = With(new() { NewSessionsPerSecond = 100 });
        for (var number = 0; number < 100; number++)
        {
            await Enter(admission, "a");
        }

        var first = Enter(admission, "a");
        // The rate allows two by now, and the clock has not ticked.
        _time.Advance(TimeSpan.FromMilliseconds(20));
        var second = Enter(admission, "a");
        Assert.That((first.IsCompleted, second.IsCompleted), Is.EqualTo((false, false)));

        _time.Advance(2 * DeadlineWheel.Tick);
        Assert.That(await EndOf(first), Is.EqualTo(AdmissionResult.Admitted));
        Assert.That(await EndOf(second), Is.EqualTo(AdmissionResult.Admitted));
        Enumerable.Range(0, 102).ToList().ForEach(_ => admission.Leave("a"));
        await DrainAsync();
    }

    [Test]
    public async Task Higher_limits_are_for_those_who_wait_too()
    {
        var admission = With(new() { Sessions = 1 });
        await Enter(admission, "a");
        var waiting = Enter(admission, "b");

        admission.Apply(new());

        Assert.That(await EndOf(waiting), Is.EqualTo(AdmissionResult.Admitted));
        admission.Leave("a");
        admission.Leave("b");
    }

    [Test]
    public async Task Who_leaves_while_he_waits_takes_no_place()
    {
        var admission = With(new() { Sessions = 1 });
        await Enter(admission, "a");
        Action? cut = null;
        var gone = admission.EnterAsync("b", action => cut = action ?? cut);
        var next = Enter(admission, "c");
        cut!();
        Assert.That(await EndOf(gone), Is.EqualTo(AdmissionResult.GivenUp));

        admission.Leave("a");
        Assert.That(await EndOf(next), Is.EqualTo(AdmissionResult.Admitted));
        admission.Leave("c");
        Assert.That((admission.Waiting, admission.Tenants), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task So_many_wait_and_no_more()
    {
        var admission = With(new() { Sessions = 1 });
        await Enter(admission, "a");
        var waiting = Enumerable.Range(0, 4096).Select(number => Enter(admission, $"{number % 7}").AsTask()).ToList();
        Assert.That(await EndOf(Enter(admission, "late")), Is.EqualTo(AdmissionResult.Busy));

        _time.Advance(Admission.MostWait + (2 * DeadlineWheel.Tick));
        Assert.That(
            (await Task.WhenAll(waiting).WaitAsync(Wire.Patience)).Select(one => one.Result),
            Is.All.EqualTo(AdmissionResult.Busy)
        );
        Assert.That((admission.Waiting, admission.TurnedAway), Is.EqualTo((0, 4097)));
        admission.Leave("a");
    }

    [Test]
    public async Task Identities_that_have_been_quiet_are_forgotten()
    {
        var admission = With(new() { NewSessionsPerSecond = 1 });
        for (var number = 0; number < 10_000; number++)
        {
            Assert.That(await EndOf(Enter(admission, $"client {number}")), Is.EqualTo(AdmissionResult.Admitted));
            admission.Leave($"client {number}");
            if (number % 100 == 0)
            {
                _time.Advance(TimeSpan.FromMilliseconds(200));
            }
        }

        Assert.That(admission.Tenants, Is.LessThan(2_500));
    }

    private static ValueTask<AdmissionOutcome> Enter(Admission admission, string who) =>
        admission.EnterAsync(who, _ => { });

    private static async Task<AdmissionResult> EndOf(ValueTask<AdmissionOutcome> entering) =>
        (await entering.AsTask().WaitAsync(Wire.Patience)).Result;

    private static async Task<Task<AdmissionOutcome>> OnlyOne(IEnumerable<Task<AdmissionOutcome>> waiting)
    {
        var all = waiting.ToList();
        var done = await Task.WhenAny(all).WaitAsync(Wire.Patience);
        Assert.That(all.Count(one => one.IsCompleted), Is.EqualTo(1));
        return done;
    }

    private Admission With(LimitSettings limits) => new(_engine, limits);

    // The clock of a rate that nobody waits for any more fires once.
    private async Task DrainAsync()
    {
        for (var tick = 0; tick < 40 && _wheel.Scheduled > 0; tick++)
        {
            _time.Advance(DeadlineWheel.Tick);
            await Task.Delay(5);
        }
    }
}
