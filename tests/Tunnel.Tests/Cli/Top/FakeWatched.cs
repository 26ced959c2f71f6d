using Tunnel.Cli.Top;
using Tunnel.Text;

namespace Tunnel.Tests.Cli.Top;

/// <summary>A process whose answers a test decides.</summary>
internal sealed class FakeWatched : IWatched
{
    public Func<Task<Look>> Answer { get; set; } = () => Task.FromResult(Sample.Look(0));

    public int Asked { get; private set; }

    public List<string> Killed { get; } = [];

    public TaskCompletionSource<string> KillAnswer { get; set; } = new();

    public static Task<Look> Away(string why) => Task.FromException<Look>(new NoAnswer(why));

    public Task<Look> LookAsync()
    {
        Asked++;
        return Answer();
    }

    public Task<string> KillAsync(string id)
    {
        Killed.Add(id);
        return KillAnswer.Task;
    }

    public sealed class NoAnswer(string why) : ExplainedException(Trouble.Of(why, "wait"), 1);
}
