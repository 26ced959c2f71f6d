using System.Globalization;

namespace Tunnel.Load;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        Tunnel.Load run [--rounds N] [--seconds S] [--cases a,b] [--pairs a,b] [--tunnel FILE] [--shared FILE]
                        [--ghostunnel FILE] [--output FILE]

          --rounds N         every case is run N times; the tables show median, least and most (5)
          --seconds S        length of one warm measurement, after a warm-up of a third of it (1);
                             cold ones are the first two seconds of a pair's life
          --cases a,b        bulk-up, bulk-down, ping-pong-1, ping-pong-64, mixed, connections-full,
                             connections-resumed, memory, start,
                             fairness-bulk, fairness-connects, fairness-sessions, fairness-flood,
                             fairness-share
          --pairs a,b        direct, relays, tunnel/openssl, tunnel/sslstream, tunnel-shared/openssl, stunnel,
                             haproxy, nginx, ghostunnel
          --tunnel FILE      the program to measure (the one built beside this)
          --shared FILE      the same, published for a machine's .NET: another pair
          --ghostunnel FILE  a ghostunnel binary; without it that pair is left out
          --output FILE      writes the tables there as well
        """;

    public int Rounds { get; private init; } = 5;

    public TimeSpan Measure { get; private init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// What counts as cold: in this time what is compiled while it runs has found out what to compile.
    /// </summary>
    public TimeSpan Cold { get; } = TimeSpan.FromSeconds(2);

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Cases { get; private init; } = [];

    /// <summary>Empty: all.</summary>
    public IReadOnlyList<string> Pairs { get; private init; } = [];

    public string Tunnel { get; private init; } =
        Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "../../../../../src/Tunnel.Cli/bin/Release/net10.0/tunnel")
        );

    public string? Shared { get; private init; }

    public string? Ghostunnel { get; private init; }

    public string? Output { get; private init; }

    /// <returns>Null when the arguments make no sense.</returns>
    public static Options? Parse(string[] args)
    {
        var options = new Options();
        if (args.Length % 2 == 0 || args[0] != "run")
        {
            return null;
        }

        for (var i = 1; i < args.Length; i += 2)
        {
            var value = args[i + 1];
            var next = args[i] switch
            {
                "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out var rounds) && rounds > 0 =>
                    options with
                    {
                        Rounds = rounds,
                    },
                "--seconds" when double.TryParse(value, CultureInfo.InvariantCulture, out var s) && s > 0 =>
                    options with
                    {
                        Measure = TimeSpan.FromSeconds(s),
                    },
                "--cases" => options with { Cases = value.Split(',') },
                "--pairs" => options with { Pairs = value.Split(',') },
                "--tunnel" => options with { Tunnel = Path.GetFullPath(value) },
                "--shared" => options with { Shared = Path.GetFullPath(value) },
                "--ghostunnel" => options with { Ghostunnel = Path.GetFullPath(value) },
                "--output" => options with { Output = Path.GetFullPath(value) },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
        }

        return options;
    }
}
