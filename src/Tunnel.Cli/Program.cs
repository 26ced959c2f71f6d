using Tunnel.Cli;
using Tunnel.Cli.Demo;
using Tunnel.Cli.Diagnosis;
using Tunnel.Cli.Doctor;
using Tunnel.Diagnostics;
using Tunnel.Net;

// First of all: what is opened next must not get the number of a standard stream.
StandardStreams.FillGaps();
ProcessMemory.LimitArenas();

// Socket completions run on the runtime's epoll threads, which become our event loops, instead of moving to the thread
// pool. The runtime reads this once, at the first socket; a value that the user has set is kept.
if (Environment.GetEnvironmentVariable(EventLoop.InlineCompletionsVariable) is null)
{
    Environment.SetEnvironmentVariable(EventLoop.InlineCompletionsVariable, "1");
}

return await CommandLine.InvokeAsync(
    args,
    new Actions
    {
        Prepare = Preparation.Confined,
        Run = TunnelRun.RunAsync,
        Check = Check.Run,
        CheckConnect = CheckConnect.RunAsync,
        Status = Status.AskAsync,
        Sessions = Status.SessionsAsync,
        Kill = ProcessRequest.KillAsync,
        Top = TopRun.RunAsync,
        Wait = Status.WaitAsync,
        Drain = ProcessRequest.DrainAsync,
        Reload = ProcessRequest.ReloadAsync,
        Diag = Diag.RunAsync,
        Explain = Explain.Run,
        Doctor = DoctorRun.RunAsync,
        Ping = PingRun.RunAsync,
        CertsInit = CertsInitText.Run,
        Demo = DemoRun.RunAsync,
    },
    StandardStreams.Output,
    StandardStreams.Error
);
