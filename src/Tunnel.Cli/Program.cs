using Tunnel.Cli;

// Socket completions run on the runtime's epoll threads, which so become the engine's event loops, instead of hopping
// to the thread pool. The runtime reads this once, at the first socket; a value the user has set stands.
const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
}

static IOException Absent(string part) => new($"this build has no {part}");

return await CommandLine.InvokeAsync(
    args,
    new Actions
    {
        PrepareClient = _ => throw Absent("client"),
        PrepareServer = _ => throw Absent("server"),
        Run = TunnelRun.RunAsync,
        CheckClient = (_, _) => throw Absent("configuration loader"),
        CheckServer = (_, _) => throw Absent("configuration loader"),
        CertsInit = (_, _) => throw Absent("certificate maker"),
        Demo = (_, _) => throw Absent("demo"),
    },
    Console.Out,
    Console.Error
);
