using Tunnel.Load.Ends;

namespace Tunnel.Load.Pairs;

/// <summary>One kind of tunnel: knows how its two processes are configured and started.</summary>
internal abstract class Contender(string name, string? program)
{
    // Services are in /usr/sbin, which is not in everybody's PATH.
    private static readonly string[] _places = ["/usr/local/bin", "/usr/sbin", "/usr/bin"];

    public string Name => name;

    /// <summary>The program's file; null if it is not on this machine.</summary>
    public string? Program { get; } = program is null ? null : Find(program);

    /// <summary>First line of what the program says about its version.</summary>
    public abstract string Version { get; }

    /// <summary>Writes the two configurations and gives the command lines of server and client.</summary>
    public abstract (string[] Server, string[] Client) Prepare(PairSetup setup);

    /// <summary>Writes a configuration file into the pair's directory.</summary>
    protected static string Write(PairSetup setup, string file, string text)
    {
        var path = Path.Combine(setup.Directory, file);
        File.WriteAllText(path, text);
        return path;
    }

    private static string? Find(string program) =>
        // Combining keeps a program that is given with its full path.
        _places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);
}

/// <summary>What a pair is told.</summary>
/// <param name="Directory">For its files.</param>
/// <param name="ClientPort">Where applications connect to.</param>
/// <param name="ServerPort">Where the client connects to, over TLS.</param>
/// <param name="TargetPort">Where the server connects to.</param>
/// <param name="Resume">Whether sessions are resumed or every handshake is a full one.</param>
internal sealed record PairSetup(
    string Directory,
    int ClientPort,
    int ServerPort,
    int TargetPort,
    bool Resume,
    Certificates Certificates
)
{
    /// <summary>Of another client of the same server, with a name of its own.</summary>
    public PairSetup Other() =>
        this with
        {
            Directory = Path.Combine(Directory, "other"),
            ClientPort = Wire.FreePort(),
            Certificates = Certificates.Other,
        };

    /// <summary>Where one of the processes writes.</summary>
    public string LogOf(string process) => Path.Combine(Directory, $"{process}.log");
}
