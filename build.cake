// Everything the project can be asked to do by name: dotnet cake --target=NAME. A name that does not exist lists them all.
// Plain commands only, so that each line can be typed by hand just as well.

var target = Argument("target", "CI");

void DotNet(params string[] arguments) => Run("dotnet", arguments);

void Run(string program, params string[] arguments)
{
    var builder = new ProcessArgumentBuilder();
    foreach (var argument in arguments)
    {
        builder.AppendQuoted(argument);
    }

    var exitCode = StartProcess(program, new ProcessSettings { Arguments = builder });
    if (exitCode != 0)
    {
        throw new CakeException(exitCode, $"'{program} {string.Join(' ', arguments)}' ended with exit code {exitCode}.");
    }
}

// The one line that a command prints.
string Line(string program, string arguments)
{
    var settings = new ProcessSettings { Arguments = arguments, RedirectStandardOutput = true };
    var exitCode = StartProcess(program, settings, out var lines);
    return exitCode == 0 ? lines.Single() : throw new CakeException($"'{program} {arguments}' ended with exit code {exitCode}.");
}

Task("Format")
    .Description("Fails if a file is not formatted; 'dotnet csharpier format .' puts it right.")
    .Does(() => DotNet("csharpier", "check", "."));

Task("Build")
    .Description("The whole solution, Release, warnings as errors.")
    .Does(() => DotNet("build", "Tunnel.sln", "--configuration", "Release"));

Task("Test")
    .Description("Every test, with the command the README gives.")
    .Does(() => DotNet("test"));

Task("TestPublished")
    .Description("Every test; those that start the program use the file that Publish made.")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        // A file that is missing fails the tests, which say in the log what they use.
        Environment.SetEnvironmentVariable("TUNNEL_PROGRAM", MakeAbsolute(File("artifacts/tunnel/tunnel")).FullPath);
        DotNet("test");
    });

Task("Messages")
    .Description("Writes docs/messages.md, which a test compares with the source.")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TUNNEL_WRITE_MESSAGES", "1");
        DotNet("test", "--filter", "FullyQualifiedName~MessagesTests.The_page_is_up_to_date");
    });

Task("Stress")
    .Description("The tests that put the tunnel under fire, 30 seconds each; --seconds=N for another length.")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TUNNEL_STRESS_SECONDS", Argument("seconds", "30"));
        DotNet("test", "--filter", "TestCategory=Stress");
    });

Task("Hostile")
    .Description("Probes of new seeds against whole tunnels, ten minutes; --for=MINUTES for another length; see tests/README.md.")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TUNNEL_HOSTILE_MINUTES", Argument("for", "10"));
        // No limit for the whole run: it is as long as one likes.
        DotNet("test", "tests/Tunnel.Tests", "--filter", "TestCategory=Hostile", "--", "RunConfiguration.TestSessionTimeout=0");
    });

Task("Fuzz")
    .Description("Fuzzes every target for 30 minutes; --for=MINUTES and --only=TARGET for less; see tests/README.md.")
    .Does(() =>
    {
        string[] only = HasArgument("only") ? [$"--only={Argument<string>("only")}"] : [];
        string[] keep = HasArgument("keep") ? ["--keep"] : [];
        DotNet(
            ["run", "--project", "tests/Tunnel.Fuzz", "--configuration", "Release", "--",
             "run", $"--for={Argument("for", "30")}", .. only, .. keep]);
    });

Task("Simulate")
    .Description("Simulated worlds, two minutes; --for=MINUTES for longer. What goes wrong is shrunk and told as a story.")
    .IsDependentOn("Build")
    .Does(() => DotNet(
        "run", "--project", "tests/Tunnel.Simulator", "--configuration", "Release", "--no-build", "--",
        "--for", Argument("for", "2")));

Task("Faults")
    .Description("Every fault in mid-transfer, ten times each, on the file that Publish makes; --rounds=N for more.")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        Environment.SetEnvironmentVariable("TUNNEL_PROGRAM", MakeAbsolute(File("artifacts/tunnel/tunnel")).FullPath);
        Environment.SetEnvironmentVariable("TUNNEL_FAULT_ROUNDS", Argument("rounds", "10"));
        // However long it takes: the limit of every other run is too short for it.
        DotNet("test", "--filter", "TestCategory=Faults", "--", "RunConfiguration.TestSessionTimeout=0");
    });

Task("Endurance")
    .Description("Short connections at full rate for 30 minutes on each backend; --minutes=N, --connections=N, --backend=NAME.")
    .IsDependentOn("Build")
    .IsDependentOn("Publish")
    .Does(() =>
    {
        string[] most = HasArgument("connections") ? ["--connections", Argument<string>("connections")] : [];
        foreach (var backend in HasArgument("backend") ? [Argument<string>("backend")] : new[] { "openssl", "sslstream" })
        {
            DotNet(
                ["run", "--project", "perf/Tunnel.Load", "--configuration", "Release", "--no-build", "--",
                 "endure", "--tunnel", "artifacts/tunnel/tunnel", "--backend", backend,
                 "--minutes", Argument("minutes", "30"), .. most]);
        }
    });

// The folder has what one installs and nothing else. The symbols are for a debugger: a stack trace has its names without.
Task("Publish")
    .Description("The program as it ships: one native file, artifacts/tunnel/tunnel; with --runtime=linux-arm64 for that.")
    .Does(() =>
    {
        var own = $"linux-{System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        var runtime = Argument("runtime", own);
        var suffix = runtime == own ? "" : $"-{runtime}";
        CleanDirectory($"artifacts/tunnel{suffix}");
        // For another kind of machine the linker is clang, with Debian's gcc-aarch64-linux-gnu for the libraries beside it.
        string[] cross = runtime == "linux-arm64" && suffix != "" ? ["-p:ObjCopyName=aarch64-linux-gnu-objcopy"] : [];
        DotNet(
            ["publish", "src/Tunnel.Cli", "--configuration", "Release", "--runtime", runtime,
             "--output", $"artifacts/tunnel{suffix}", .. cross]);
        CleanDirectory($"artifacts/symbols{suffix}");
        CopyFileToDirectory(
            $"src/Tunnel.Cli/bin/Release/net10.0/{runtime}/native/tunnel.dbg", $"artifacts/symbols{suffix}");
    });

Task("PublishShared")
    .Description("The program for the .NET 10 runtime of a machine, to be compared with the native file: artifacts/tunnel-shared.")
    .Does(() => DotNet(
        "publish", "src/Tunnel.Cli", "--configuration", "Release", "--runtime", "linux-x64", "--no-self-contained",
        "-p:PublishAot=false", "--output", "artifacts/tunnel-shared"));

Task("Images")
    .Description("The images, labelled with version and commit; SDK_IMAGE and RUNTIME_IMAGE give them other bases.")
    .Does(() =>
    {
        var version = Line("dotnet", "msbuild src/Tunnel.Cli -getProperty:Version");
        var revision = Line("git", "describe --always --abbrev=40 --dirty --exclude=*");
        foreach (var image in new[] { "tunnel-client", "tunnel-server", "tunnel-echo-server" })
        {
            Run("docker", "build", "--file", "docker/Dockerfile", "--target", image["tunnel-".Length..],
                "--build-arg", "SDK_IMAGE", "--build-arg", "RUNTIME_IMAGE",
                "--build-arg", $"VERSION={version}", "--build-arg", $"REVISION={revision}",
                "--tag", $"{image}:{version}", "--tag", $"{image}:latest", ".");
        }
    });

Task("Perf")
    .Description("The load harness over both forms and every pair that is installed, about 25 minutes; see perf/README.md.")
    .IsDependentOn("Build")
    .IsDependentOn("Publish")
    .IsDependentOn("PublishShared")
    .Does(() => DotNet(
        "run", "--project", "perf/Tunnel.Load", "--configuration", "Release", "--no-build", "--",
        "run", "--tunnel", "artifacts/tunnel/tunnel", "--shared", "artifacts/tunnel-shared/tunnel"));

Task("CI")
    .Description("What must pass before a change goes in.")
    .IsDependentOn("Format")
    .IsDependentOn("Build")
    .IsDependentOn("TestPublished");

// Cake itself says only that there is no such target.
var meant = Tasks.FirstOrDefault(task => string.Equals(task.Name, target, StringComparison.OrdinalIgnoreCase));
if (meant is null)
{
    Console.Error.WriteLine($"There is no target '{target}'. The targets are:");
    foreach (var task in Tasks)
    {
        Console.Error.WriteLine($"  {task.Name,-13} {task.Description}");
    }

    Environment.Exit(2);
}

RunTarget(meant.Name);
