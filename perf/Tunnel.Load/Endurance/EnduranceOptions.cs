using System.Globalization;

namespace Tunnel.Load.Endurance;

/// <summary>What the command line asks for.</summary>
internal sealed record EnduranceOptions
{
    public const string Usage = """
        Tunnel.Load endure [--minutes M] [--connections N] [--backend openssl|sslstream] [--tunnel FILE]

          --minutes M        how long (30)
          --connections N    ends before, when so many short connections have been served
          --backend NAME     of both ends (openssl)
          --tunnel FILE      the program (the one built beside this)
        """;

    public TimeSpan Length { get; private init; } = TimeSpan.FromMinutes(30);

    public long MostConnections { get; private init; } = long.MaxValue;

    public string Backend { get; private init; } = "openssl";

    public string Tunnel { get; private init; } = new Options().Tunnel;

    /// <param name="args">What stands behind <c>endure</c>.</param>
    /// <returns>Null when the arguments make no sense.</returns>
    public static EnduranceOptions? Parse(string[] args)
    {
        var options = new EnduranceOptions();
        foreach (var pair in args.Chunk(2))
        {
            var next = pair switch
            {
                ["--minutes", var text]
                    when double.TryParse(text, CultureInfo.InvariantCulture, out var minutes) && minutes > 0 =>
                    options with
                    {
                        Length = TimeSpan.FromMinutes(minutes),
                    },
                ["--connections", var text]
                    when long.TryParse(text, CultureInfo.InvariantCulture, out var count) && count > 0 => options with
                {
                    MostConnections = count,
                },
                ["--backend", "openssl" or "sslstream"] => options with { Backend = pair[1] },
                ["--tunnel", var file] => options with { Tunnel = Path.GetFullPath(file) },
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
