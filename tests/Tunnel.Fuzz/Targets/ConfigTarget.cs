using System.Text;
using Tunnel.Config;

namespace Tunnel.Fuzz.Targets;

/// <summary>A configuration file: settings, or faults that each have a place in the text.</summary>
internal sealed class ConfigTarget : ITarget
{
    private const string FileName = "f";

    // A path of nested keys, a value and what to do about it, each cut at some hundred bytes.
    private const int MostFaultCharacters = 2000;

    private static readonly UTF8Encoding _lenient = new();

    public string Name => "config";

    // The examples have some 6,400.
    public int MostBytes => 8192;

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "local_listener:\n  host: 127.0.0.1\n  port: 1080\n",
            "remote_server:\n  host: a.example\n  port: 8443\n",
            "target_service:\n",
            "server_listener:\n",
            "server_ca_cert: ca.crt\n",
            "tls:\n  client_ca_cert: ca.crt\n",
            "timeouts:\n  idle: 5\n",
            "reconnect:\n",
            "monitor:\n  status_socket: s\n",
            "logging:\n  level: info\n",
            "tunnels:\n- name: a\n  ",
            "${HOME}",
            "${NOT_SET:-x}",
            "$${",
            "allowed_client_cns: [a, b]\n",
            "\n  ",
            ": ",
            "- ",
            "&a ",
            "*a",
            "!!str ",
            "|\n",
            ">-\n",
            "\"\\u0041\"",
            "\"\\UFFFFFFFF\"",
            "'",
            "---\n",
            "...\n",
            "%YAML 1.1\n",
            "~",
            "<<: ",
            "? ",
            "\t",
            "\u2028",
            "\ufeff",
            "[::1]",
            "0.5",
            "1e9",
            "-1",
            "off",
            "# ",
            "-----BEGIN ",
            "key = value\n",
            "[section]\n",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public void Run(byte[] input)
    {
        var text = _lenient.GetString(input);
        foreach (var role in (TunnelRole?[])[TunnelRole.Client, TunnelRole.Server, null])
        {
            var first = Parse(role, text);
            Hold.Same(Parse(role, text), first, "what is said of a file, a second time");
        }
    }

    /// <returns>All that is said about it.</returns>
    private static string Parse(TunnelRole? role, string text)
    {
        try
        {
            var loaded = ConfigLoader.Parse(new ConfigSource(FileName, role), text);
            foreach (var warning in loaded.Warnings.Select(one => $"{one}"))
            {
                Hold.IsLine(warning, "a warning", MostFaultCharacters);
                HasPlace(warning, text);
            }

            return string.Join('\n', loaded.Settings.Tunnels) + string.Join('\n', loaded.Warnings);
        }
        catch (ConfigException e)
        {
            var last = (Line: 0, Column: 0);
            Hold.That(e.Faults.Count > 0, "a refusal without a fault");
            foreach (var fault in e.Faults)
            {
                Hold.IsLine(fault.ToString(), "a fault", MostFaultCharacters);
                Hold.That((fault.Line, fault.Column).CompareTo(last) >= 0, "faults are not in the order of the file");
                IsPlace(fault.Line, fault.Column, text);
                last = (fault.Line, fault.Column);
            }

            return e.Message;
        }
    }

    private static void HasPlace(string warning, string text)
    {
        // file:line:column: words
        var parts = warning.Split(':');
        IsPlace(int.Parse(parts[1]), int.Parse(parts[2]), text);
    }

    private static void IsPlace(int line, int column, string text)
    {
        if ((line, column) == (0, 0))
        {
            return;
        }

        // YAML knows more line ends than editors do. What is missing at the end is missing behind the last character.
        var lines = text.TrimStart('\ufeff').Split(["\r\n", "\n", "\r", "\u0085", "\u2028", "\u2029"], default);
        Hold.That(line >= 1 && line <= lines.Length, "a line that the file has not");
        var longest = text.Split('\n').Max(one => one.Length);
        Hold.That(column >= 1 && column <= longest + 1, "a column that no line has");
    }
}
