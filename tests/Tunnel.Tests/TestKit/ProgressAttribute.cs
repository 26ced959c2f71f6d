using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

[assembly: Tunnel.Tests.TestKit.Progress]

namespace Tunnel.Tests.TestKit;

/// <summary>
/// Says every few seconds how far the run has come and which test it waits for: <c>dotnet test</c> shows nothing before
/// the end, and a test that hangs would not be named at all.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ProgressAttribute : Attribute, ITestAction
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(15);
    private static readonly ConcurrentDictionary<string, (string Name, long Began)> _running = new();
    private static readonly Lock _starting = new();
    private static Timer? _timer;
    private static int _ended;
    private static int _failed;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test)
    {
        _running[test.Id] = (test.FullName, Stopwatch.GetTimestamp());
        lock (_starting)
        {
            // Made within a test: what NUnit prints at once belongs to the context that the timer takes along.
            _timer ??= new Timer(_ => Report(), null, _interval, _interval);
        }
    }

    public void AfterTest(ITest test)
    {
        _running.TryRemove(test.Id, out _);
        Interlocked.Increment(ref _ended);
        if (TestContext.CurrentContext.Result.Outcome.Status == TestStatus.Failed)
        {
            Interlocked.Increment(ref _failed);
        }
    }

    // The adapter passes on at once what goes to this writer, and keeps what goes to the other one.
    private static void Report() =>
        TestContext.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_ended} tests have ended, {_failed} of them failed; now: "
                    + $"{string.Join(", ", _running.Values.Select(Words))}"
            )
        );

    private static string Words((string Name, long Began) test) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{test.Name} for {Stopwatch.GetElapsedTime(test.Began).TotalSeconds:0} s"
        );
}
