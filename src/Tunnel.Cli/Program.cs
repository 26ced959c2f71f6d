using Tunnel.Cli;
using Tunnel.Cli.Demo;
using Tunnel.Diagnostics;
using Tunnel.Net;

// The first thing of all: what is opened next must not get the number of a standard stream.
StandardStreams.FillGaps();
ProcessMemory.LimitArenas();

// Socket completions run on the runtime's epoll threads, which so become the engine's event loops, instead of hopping
// to the thread pool. The runtime reads this once, at the first socket; a value the user has set stands.
if (Environment.GetEnvironmentVariable(EventLoop.InlineCompletionsVariable) is null)
{
    Environment.SetEnvironmentVariable(EventLoop.InlineCompletionsVariable, "1");
}

return await CommandLine.InvokeAsync(
    args,
    new Actions
    {
        Prepare = Preparation.Of,
        Run = TunnelRun.RunAsync,
        Check = Check.Run,
        Status = Status.AskAsync,
        CertsInit = CertsInitText.Run,
        Demo = DemoRun.RunAsync,
    },
    StandardStreams.Output,
    StandardStreams.Error
);
