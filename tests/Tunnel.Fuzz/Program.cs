using System.Globalization;
using Tunnel.Fuzz;
using Tunnel.Fuzz.Engine;
using Tunnel.Fuzz.Targets;

const string Usage = """
    run [--for=MINUTES] [--only=TARGET] [--seed=NUMBER] [--keep]
        fuzzes each target for so long (30); --keep puts the inputs that it was worth into Corpus
    try TARGET FILE
        runs one input, and shows what it does wrong
    """;

switch (args)
{
    case ["worker", var name, var seed, var seconds]:
        Worker.Run(
            AllTargets.Find(name)!,
            ulong.Parse(seed, CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
        );
        return 0;
    case ["try", var name, var file] when AllTargets.Find(name) is { } target:
        target.Run(File.ReadAllBytes(file));
        return 0;
    case ["run", .. var rest] when Options.Parse(rest) is { } options:
        return options.Run();
    default:
        Console.Error.WriteLine(Usage);
        Console.Error.WriteLine($"The targets are: {string.Join(", ", AllTargets.List.Select(target => target.Name))}");
        return 2;
}
