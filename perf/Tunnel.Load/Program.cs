using Tunnel.Load;
using Tunnel.Load.Ends;

// Read when the process touches its first socket: one engine thread that runs the continuations itself is the cheapest
// end there is in managed code.
Environment.SetEnvironmentVariable(LoadProcess.InlineCompletions, "1");
Environment.SetEnvironmentVariable(LoadProcess.EngineThreads, "1");

if (args is ["target", var style, var port])
{
    Target.Run(style, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

return new LoadRun(options).Run() ? 0 : 1;
