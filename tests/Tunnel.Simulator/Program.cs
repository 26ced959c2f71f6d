using System.CommandLine;
using Tunnel.Simulator;

var minutes = new Option<double>("--for") { Description = "Minutes; the default is 2.", DefaultValueFactory = _ => 2 };
var seed = new Option<long?>("--seed") { Description = "One world, with its story." };
var first = new Option<long>("--first")
{
    Description = "The first world's number; the default is a new one each time.",
};
first.DefaultValueFactory = _ => Environment.TickCount64 << 20;
var file = new Option<string?>("--story") { Description = "A file of Stories/, with what happens in it." };
var worlds = new Option<long?>("--worlds") { Description = "So many worlds, however long they take." };
var command = new RootCommand(
    "Runs a tunnel client and a tunnel server in simulated worlds, and says what went wrong in any of them."
)
{
    minutes,
    seed,
    first,
    file,
    worlds,
};
command.SetAction(parsed =>
{
    // After the command line has been read: it may need the pool.
    HeldThreadPool.Hold();
    return parsed.GetValue(seed) is { } one ? Simulation.Show(WorldMaker.Make(one), one, Console.Out)
        : parsed.GetValue(file) is { } path ? Simulation.Show(Story.Load(path), Console.Out)
        : Simulation.Run(
            parsed.GetValue(first),
            parsed.GetValue(worlds),
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            Console.Out
        );
});
return command.Parse(args).Invoke();
