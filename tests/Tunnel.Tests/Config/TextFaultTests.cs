using System.Text;
using NUnit.Framework;
using Tunnel.Config;
using Tunnel.Tests.TestKit;

namespace Tunnel.Tests.Config;

/// <summary>
/// Files that are no configuration at all: unreadable, not text, not YAML, or YAML of a kind that is refused.
/// </summary>
public sealed class TextFaultTests
{
    private string _folder = "";

    [SetUp]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("tunnel-config-").FullName;

    [TearDown]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void A_missing_file_is_told() =>
        ExpectOfFile(Path.Combine(_folder, "none", "c.yaml"), ": the file does not exist; name the ");

    [TestCase("utf-16")]
    [TestCase("utf-16BE")]
    public void UTF_16_is_told(string encoding)
    {
        var file = Path.Combine(_folder, "c.yaml");
        File.WriteAllText(file, Example.Client, Encoding.GetEncoding(encoding));

        ExpectOfFile(file, ": the file is UTF-16 (its byte order mark says so); save it as UTF-8");
    }

    [TestCase(TunnelRole.Client, "client")]
    [TestCase(TunnelRole.Server, "server")]
    public void A_missing_file_is_that_of_the_role(TunnelRole role, string word) =>
        Assert.That(
            Example.Faults(() => ConfigLoader.Load(new ConfigSource("/none", role))).Single(),
            Does.EndWith($"name the {word}'s YAML file; config/{word}_config.yaml.example is an example")
        );

    [Test]
    public void A_missing_file_with_a_relative_path_is_told_with_where_it_was_looked_for() =>
        ExpectOfFile(
            "none.yaml",
            $": the file does not exist (looked for it from {Directory.GetCurrentDirectory()}); name the "
        );

    [Test]
    public void A_missing_file_whose_example_is_there_is_to_be_copied_from_it()
    {
        var path = Path.Combine(_folder, "server_config.yaml");
        File.WriteAllText($"{path}.example", "");

        ExpectOfFile(path, $": the file does not exist; copy {path}.example to it and edit that");
    }

    [Test]
    public void A_directory_is_reported() => ExpectOfFile(_folder, ": the file is a directory; name the ");

    [Test]
    public void A_path_that_is_not_a_path_is_reported() => ExpectOfFile("", ": the file cannot be read: ");

    [Test]
    public void A_file_larger_than_a_mebibyte_is_told() =>
        ExpectOfFile(
            Written(Encoding.ASCII.GetBytes("# " + new string('x', 1 << 20))),
            ": the file is larger than 1 MiB; a configuration has a few KiB: check that this is the right file"
        );

    [Test]
    [Platform("Linux")]
    public void A_device_without_an_end_is_told() => ExpectOfFile("/dev/zero", ": the file is larger than 1 MiB; ");

    [Test]
    public void Bytes_that_are_not_UTF_8_are_told_with_their_place() =>
        ExpectOfFile(
            Written([.. "a: 1\nb: ü"u8, 0xFF, .. "\n"u8]),
            ":2:5: the file is not UTF-8 text: these bytes are not a character; save it as UTF-8"
        );

    [Test]
    public void A_NUL_is_told_with_its_place() =>
        ExpectOfFile(
            Written([.. "a: 1\nb: "u8, 0]),
            ":2:4: the file contains a NUL character; a configuration is plain UTF-8 text"
        );

    [Test]
    public void A_byte_order_mark_is_no_fault()
    {
        var path = Written([.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Example.Client)]);

        Assert.That(
            ConfigLoader.Load(new ConfigSource(path, TunnelRole.Client)).Settings.Tunnels[0].Listen[0].Port(),
            Is.EqualTo(1080)
        );
    }

    [TestCase("")]
    [TestCase("\n\n")]
    [TestCase("# nothing but a comment\n")]
    [TestCase("---\n")]
    [TestCase("~")]
    public void An_empty_file_is_told(string text) =>
        Expect(text, "c.yaml: the file is empty; start from config/client_config.yaml.example");

    [TestCase("hello", "a single value")]
    [TestCase("- hello", "a list")]
    public void A_file_without_sections_is_told(string text, string found) =>
        Expect(
            text,
            $"c.yaml:1:1: the file holds {found} instead of sections; start from config/client_config.yaml.example"
        );

    [Test]
    public void A_tab_in_the_indentation_is_told_with_its_place() =>
        Expect(
            Example.Client.Replace("  port: 8443", "\tport: 8443"),
            "c.yaml:6:1: a tab in the indentation; indent YAML with spaces only"
        );

    [Test]
    public void A_second_document_is_told() =>
        Expect(
            $"{Example.Client}---\na: 1\n",
            "c.yaml:11:1: a second document starts here; keep one document in the file, without '---'"
        );

    [TestCase("&it 1080", "anchor '&it' is not supported; leave it out")]
    [TestCase("!!int 1080", "a tag ('!...') is not supported; write the value without it")]
    [TestCase("*it", "alias '*it' is not supported; write the value itself")]
    public void Anchors_tags_and_aliases_are_refused_once(string value, string message) =>
        Expect(Example.Client.Replace("1080", value), $"c.yaml:3:9: {message}");

    [TestCase("*a")]
    [TestCase("? *a\n: 1")]
    [TestCase("*a : 1")]
    public void An_alias_in_any_place_is_refused(string text) =>
        Assert.That(Example.ClientFaults(text), Has.One.Contains("alias '*a' is not supported"));

    [TestCase("? [a]\n: 1\n", "c.yaml:11:3: a list stands where a key is expected; write 'key: value'")]
    [TestCase("{a: b}: 1\n", "c.yaml:11:1: a section stands where a key is expected; write 'key: value'")]
    public void A_key_is_a_word(string text, string message) => Expect(Example.Client + text, message);

    [TestCase("a: b: c", ":1:5: not valid YAML: ", "a missing space after ':'")]
    [TestCase("a: \"b\nc: d", ":1:4: not valid YAML: ", "a quote or bracket that is not closed")]
    [TestCase("a: 1\nb: [1, 2", ":2:9: not valid YAML: ", "a quote or bracket that is not closed")]
    [TestCase("a:\n\t: null", ":2:1: a tab in the indentation", "spaces only")]
    [TestCase(": \n    : ...\n", ":3:1: not valid YAML: a key has no value", "lines indented differently")]
    [TestCase("a: \"c:\\certs\"", ":1:4: not valid YAML: ", "use single quotes")]
    [TestCase("a: @b", ":1:4: not valid YAML: ", "put the value in quotes")]
    [TestCase("a: \"\\UFFFFFFFF\"", ":1:1: not valid YAML: what follows here cannot be read; ", "a quote or bracket")]
    public void A_syntax_fault_is_told_with_its_place(string text, string place, string remedy)
    {
        var faults = Example.ClientFaults(text);

        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That(faults[0], Does.StartWith($"c.yaml{place}").And.Contains(remedy));
    }

    [TestCase("[")]
    [TestCase("{a: ")]
    [TestCase("- ")]
    [TestCase("? ")]
    [TestCase("[{a: ")]
    public void Deep_nesting_is_refused_however_deep(string opening)
    {
        var faults = Example.ClientFaults(string.Concat(Enumerable.Repeat(opening, 100_000)));

        Assert.That(
            faults[^1],
            Does.Contain("lists and sections are nested more than 16 deep; the settings need three levels")
        );
    }

    [Test]
    public void What_a_message_quotes_stays_on_its_line_and_short()
    {
        var faults = Example.ClientFaults($"{Example.Client}\"\\e[2J\\n\\u202e{new string('k', 900)}\": 1\n");

        Expect(
            faults,
            $"c.yaml:11:1: unknown key '\\u001b[2J\\n\\u202e{new string('k', 40)}…' at the top level; the keys here"
        );
    }

    [Test]
    public void A_file_of_faults_gives_a_message_that_ends()
    {
        var error = Assert.Throws<ConfigException>(() =>
            ConfigLoader.Parse(
                new ConfigSource("c.yaml", TunnelRole.Client),
                string.Concat(Enumerable.Repeat("a: 1\n", 10_000))
            )
        )!;

        Assert.That(error.Faults, Has.Count.GreaterThan(10_000));
        Assert.That(error.Message.Split('\n'), Has.Length.EqualTo(101));
        Assert.That(
            error.Message,
            Does.EndWith($"... and {error.Faults.Count - 100} more faults; correct the first ones first")
        );
    }

    private static void Expect(string text, string message) =>
        Assert.That(Example.ClientFaults(text), Is.EqualTo(new[] { message }));

    private static void Expect(string[] faults, string start)
    {
        Assert.That(faults, Has.Length.EqualTo(1));
        Assert.That(faults[0], Does.StartWith(start));
    }

    private static void ExpectOfFile(string path, string start)
    {
        Expect(Example.Faults(() => ConfigLoader.Load(new ConfigSource(path, TunnelRole.Client))), path + start);
        Expect(Example.Faults(() => ConfigLoader.Load(new ConfigSource(path, TunnelRole.Server))), path + start);
    }

    private string Written(byte[] content)
    {
        var path = Path.Combine(_folder, "c.yaml");
        File.WriteAllBytes(path, content);
        return path;
    }
}
