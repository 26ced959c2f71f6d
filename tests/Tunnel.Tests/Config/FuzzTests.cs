using System.Text;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>No input may bring anything but settings or a <see cref="ConfigException"/>.</summary>
public sealed class FuzzTests
{
    private static readonly string[] _morsels =
    [
        .. "\n|\n|\n  |\n    |\t|: |: |:|- |[|]|{|}|,|, |? |&a |*a|!!str |!x |#| # |'|\"|||>-".Split('|'),
        .. "%YAML 1.1|---\n|...\n|~|null|log_file".Split('|'),
        .. "\\|\\x|\\UFFFFFFFF|\0|\uFEFF|\uD800|\u2028|\r|ü|<<|@|`|=|-1|0|1e9|1.2|off|[::1]|tcp://".Split('|'),
        .. "local_listener|remote_server|server_listener|target_service|tls|timeouts|logging|host|port".Split('|'),
        .. "client_cert|client_ca_cert|allowed_client_cns|min_version|idle|max_delay|reconnect|monitor|level".Split(
            '|'
        ),
    ];

    [QuietProperty(MaxTest = 2000)]
    public Property Random_text_is_handled() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => Survives(text ?? ""));

    [QuietProperty(MaxTest = 5000)]
    public Property Random_text_that_looks_like_YAML_is_handled()
    {
        var texts = Gen.Elements(_morsels).ListOf().Select(parts => string.Concat(parts));
        return Prop.ForAll(texts.ToArbitrary(), Survives);
    }

    [QuietProperty(MaxTest = 5000)]
    public Property Damaged_examples_are_handled()
    {
        var damages = Gen.Elements(Example.ShippedClient, Example.ShippedServer, Example.Client, Example.Server)
            .Zip(ArbMap.Default.GeneratorFor<int>().Where(seed => seed != 0).Select(seed => new System.Random(seed)))
            .Select(pair => Damage(pair.Item1, pair.Item2));
        return Prop.ForAll(damages.ToArbitrary(), Survives);
    }

    [QuietProperty(MaxTest = 500)]
    public Property Random_bytes_in_a_file_are_handled() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<byte[]>(),
            bytes =>
            {
                var path = Path.GetTempFileName();
                File.WriteAllBytes(path, bytes ?? []);
                Example.Faults(() => ConfigLoader.Load(new ConfigSource(path, TunnelRole.Client)));
                File.Delete(path);
            }
        );

    /// <summary>Any other exception than a ConfigException fails the property, which then shows the text.</summary>
    private static bool Survives(string text)
    {
        var faults = Example
            .Faults(() => ConfigLoader.Parse(new ConfigSource("f", TunnelRole.Client), text))
            .Concat(Example.Faults(() => ConfigLoader.Parse(new ConfigSource("f", TunnelRole.Server), text)));
        return faults.All(line =>
            line.StartsWith("f:", StringComparison.Ordinal) || line.StartsWith("... and ", StringComparison.Ordinal)
        );
    }

    private static string Damage(string text, System.Random random)
    {
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            text = random.Next(2) == 0 ? DamageCharacters(text, random) : DamageLines(text, random);
        }

        return text;
    }

    private static string DamageCharacters(string text, System.Random random)
    {
        var (from, to) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        var length = Math.Min(random.Next(1, 8), text.Length - from);
        var piece = text.Substring(from, length);
        return random.Next(4) switch
        {
            0 => text.Remove(from, length),
            1 => text.Insert(from, _morsels[random.Next(_morsels.Length)]),
            2 => text.Insert(to, piece),
            _ => new StringBuilder(text)
                .Remove(from, length)
                .Insert(Math.Min(to, text.Length - length), piece)
                .ToString(),
        };
    }

    private static string DamageLines(string text, System.Random random)
    {
        var lines = text.Split('\n').ToList();
        var (from, to) = (random.Next(lines.Count), random.Next(lines.Count));
        var line = lines[from];
        switch (random.Next(5))
        {
            case 0:
                lines.RemoveAt(from);
                break;
            case 1:
                lines.Insert(to, line);
                break;
            case 2:
                (lines[from], lines[to]) = (lines[to], lines[from]);
                break;
            case 3:
                lines[from] = line.TrimStart('#', ' ');
                break;
            default:
                lines[from] = new string(' ', random.Next(6)) + line;
                break;
        }

        return string.Join('\n', lines);
    }
}
