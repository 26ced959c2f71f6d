using BenchmarkDotNet.Running;
using Tunnel.Benchmarks;
using Tunnel.Net;

// Read when the process touches its first socket: the engine must run as it does in the program.
Environment.SetEnvironmentVariable(EventLoop.InlineCompletionsVariable, "1");
BenchmarkSwitcher.FromAssembly(typeof(InProcess).Assembly).Run(args, new InProcess());
