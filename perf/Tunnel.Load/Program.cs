using Tunnel.Load;
using Tunnel.Load.Ends;
using Tunnel.Load.Endurance;

// Read when the process touches its first socket: one engine thread that runs the continuations itself is the cheapest
// end there is in managed code.
Environment.SetEnvironmentVariable(LoadProcess.InlineCompletions, "1");
Environment.SetEnvironmentVariable(LoadProcess.EngineThreads, "1");

if (args is ["target", var style, var port])
{
    Target.Run(style, int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
    return 0;
}

if (args is ["endure", .. var rest])
{
    if (EnduranceOptions.Parse(rest) is { } endurance)
    {
        return new EnduranceRun(endurance).Run() ? 0 : 1;
    }

    Console.Error.WriteLine(EnduranceOptions.Usage);
    return 2;
}

if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

return new LoadRun(options).Run() ? 0 : 1;
