using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Tunnel.Config;

/// <summary>
/// Reads the keys of one section. Each getter makes its key known, and adds a fault instead of throwing: it then
/// returns a stand-in, since a configuration with faults is never handed out.
/// </summary>
internal sealed class SectionReader
{
    // A list of tunnels knows the same key in many places.
    private const int MostPlaces = 3;

    private readonly Findings _findings;
    private readonly string _path;
    private readonly Position _at;

    /// <summary>
    /// Null when something else stands in the section's place: that is reported, and its missing keys are not.
    /// </summary>
    private readonly MappingNode? _section;

    /// <summary>Where a key is looked for that is left out here; null: nowhere.</summary>
    private readonly SectionReader? _defaults;

    private readonly List<string> _keys = [];
    private readonly Dictionary<string, SectionReader> _subsections = [];
    private bool _acceptsUnknown;

    public SectionReader(MappingNode root, Findings findings)
        : this("", root.At, root, findings, null) { }

    private SectionReader(string path, Position at, MappingNode? section, Findings findings, SectionReader? defaults)
    {
        _path = path;
        _at = at;
        _section = section;
        _findings = findings;
        _defaults = defaults;
    }

    /// <summary>The section's own key, with the sections above it.</summary>
    public string Path => _path;

    /// <summary>Every key that was asked for, here and below, with its sections.</summary>
    public IEnumerable<string> KnownPaths =>
        _keys.Select(key => KeyPath.Join(_path, key)).Concat(_subsections.Values.SelectMany(sub => sub.KnownPaths));

    /// <summary>A section; left out or blank, it is a section without keys.</summary>
    public SectionReader Section(string key)
    {
        if (_subsections.TryGetValue(key, out var known))
        {
            return known;
        }

        Know(key);
        var defaults = _defaults?.Section(key);
        var entry = _section?.Entries.GetValueOrDefault(key);
        var opened = entry switch
        {
            null or { IsBlank: true } => new MappingNode(_at, new Dictionary<string, YamlEntry>()),
            _ => entry.Value as MappingNode,
        };
        if (opened is null && entry is { Value: not AliasNode })
        {
            var remedy = "it is a section: write its keys on the lines below it, indented by two spaces";
            Fault(key, $"is {YamlText.Describe(entry.Value)}", remedy);
        }

        return _subsections[key] = new SectionReader(
            KeyPath.Join(_path, key),
            entry?.KeyAt ?? _at,
            opened,
            _findings,
            defaults
        );
    }

    /// <summary>The sections of a list that must be there. What one of them leaves out is looked for here.</summary>
    /// <param name="remedy">How its entries are written.</param>
    public IReadOnlyList<SectionReader> Items(string key, string remedy) => Items(key, remedy, this);

    /// <summary>The sections of a list, each of which stands for itself; null when there is no such list.</summary>
    /// <param name="remedy">How its entries are written.</param>
    public IReadOnlyList<SectionReader>? Sections(string key, string remedy)
    {
        Know(key);
        return IsGiven(key) ? Items(key, remedy, defaults: null) : null;
    }

    private List<SectionReader> Items(string key, string remedy, SectionReader? defaults)
    {
        Know(key);
        if (Entry(key) is not { Value: SequenceNode { Items.Count: > 0 } list })
        {
            Fault(key, "is not a list with at least one entry", remedy);
            return [];
        }

        var path = PathOf(key);
        var items = list.Items.Select((node, index) => Item(KeyPath.Item(path, index), node, defaults)).ToList();
        items.ForEach(item => _subsections[item._path] = item);
        return items;
    }

    private SectionReader Item(string path, YamlNode node, SectionReader? defaults)
    {
        if (_subsections.TryGetValue(path, out var known))
        {
            return known;
        }

        if (node is not (MappingNode or AliasNode))
        {
            var remedy = "write the keys of a section here, the first one behind '- '";
            _findings.Fault(node.At, path, $"{path} is {YamlText.Describe(node)}", remedy);
        }

        return new SectionReader(path, node.At, node as MappingNode, _findings, defaults);
    }

    /// <summary>A value that must be there.</summary>
    public T Required<T>(string key, ValueRule<T> rule)
    {
        if (Find(key) is { IsBlank: false } entry)
        {
            return Parse(key, entry.Value, rule)!;
        }

        FaultIfPresent(key, IsBlank(key) ? "is blank" : "is missing", rule("", out var standIn)!);
        return standIn;
    }

    /// <summary>A value that may be left out or blank.</summary>
    [return: NotNullIfNotNull(nameof(fallback))]
    public T? Optional<T>(string key, ValueRule<T> rule, T? fallback) =>
        Find(key) is { IsBlank: false } entry ? Parse(key, entry.Value, rule)! : fallback;

    /// <summary>
    /// A value that must be written, even if blank: null when it is blank, a fault when it is left out.
    /// </summary>
    public T? RequiredOrBlank<T>(string key, ValueRule<T> rule, string remedyWhenMissing)
        where T : class
    {
        var entry = Find(key);
        if (entry is null)
        {
            FaultIfPresent(key, "is missing", remedyWhenMissing);
        }

        return entry is { IsBlank: false } ? Parse(key, entry.Value, rule) : null;
    }

    /// <summary>As <see cref="Required{T}"/>, for a file: its place goes along.</summary>
    public FileSetting RequiredFile(string key, ValueRule<string> rule) => Placed(key, Required(key, rule));

    /// <summary>As <see cref="Optional{T}"/>, for a file: its place goes along.</summary>
    public FileSetting? OptionalFile(string key, ValueRule<string> rule) => Placed(key, Optional(key, rule, null));

    /// <summary>As <see cref="RequiredOrBlank{T}"/>, for a file: its place goes along.</summary>
    public FileSetting? RequiredFileOrBlank(string key, ValueRule<string> rule, string remedyWhenMissing) =>
        Placed(key, RequiredOrBlank(key, rule, remedyWhenMissing));

    /// <summary>A list that may be left out or blank.</summary>
    public IReadOnlyList<T> OptionalList<T>(string key, ValueRule<T> rule)
    {
        switch (Find(key))
        {
            case { Value: SequenceNode list }:
                return ParseAll(key, list, rule);
            case { IsBlank: false, Value: not AliasNode }:
                Fault(
                    key,
                    $"is {Shown(key, Find(key)!.Value)}",
                    "write a list: [one, two], or one '- name' a line below the key"
                );
                return new ValueList<T>([]);
            default:
                return new ValueList<T>([]);
        }
    }

    /// <summary>
    /// One value or a list of them; none when the key is left out. A key without values is a fault: they would not
    /// narrow what they are meant to narrow.
    /// </summary>
    public ValueList<T> Values<T>(string key, ValueRule<T> rule)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case { Value: SequenceNode { Items.Count: > 0 } list }:
                return ParseAll(key, list, rule);
            case { IsBlank: false, Value: not SequenceNode } entry:
                return [Parse(key, entry.Value, rule)!];
            default:
                Fault(key, "has no value", "write at least one, or remove the key");
                return [];
        }
    }

    /// <summary>Makes a key known, here and where its default is, without reading it.</summary>
    public void Know(string key)
    {
        if (!_keys.Contains(key))
        {
            _keys.Add(key);
        }

        // It is known there even where every section has a value of its own.
        _defaults?.Know(key);
    }

    /// <summary>True when the key has this text as its value.</summary>
    public bool IsText(string key, string text) => Entry(key) is { Value: ScalarNode scalar } && scalar.Value == text;

    /// <summary>True when the key is written without a value.</summary>
    public bool IsBlank(string key) => Entry(key) is { IsBlank: true };

    /// <summary>True when the key is written with a value.</summary>
    public bool IsGiven(string key) => Entry(key) is { IsBlank: false };

    /// <summary>True when the key is written in this section itself, with or without a value.</summary>
    public bool Has(string key) => _section?.Entries.ContainsKey(key) == true;

    /// <summary>Where the key stands that counts here.</summary>
    public string PathOf(string key) =>
        Has(KeyPath.WithoutIndex(key)) || _defaults?.Entry(KeyPath.WithoutIndex(key)) is null
            ? KeyPath.Join(_path, key)
            : _defaults.PathOf(key);

    /// <summary>A fault of the key: <paramref name="found"/> follows its name, as in "is missing".</summary>
    public void Fault(string key, string found, string remedy)
    {
        var keyPath = PathOf(key);
        _findings.Fault(PlaceOf(key), keyPath, $"{keyPath} {found}", remedy);
    }

    /// <summary>A fault of the section itself; <paramref name="found"/> follows its name.</summary>
    public void Fault(string found, string remedy) => _findings.Fault(_at, _path, $"{_path} {found}", remedy);

    /// <summary>A warning about the key: <paramref name="text"/> follows its name.</summary>
    public void Warn(string key, string found, string remedy) =>
        _findings.Warn(PlaceOf(key), Trouble.Of($"{PathOf(key)} {found}", remedy));

    /// <summary>
    /// Makes the keys known that somebody would look for in this section, whatever their values are: defaults for
    /// somebody who is not there.
    /// </summary>
    public void Learn(Action<SectionReader> read) =>
        read(
            new SectionReader(
                _path,
                _at,
                new MappingNode(_at, new Dictionary<string, YamlEntry>()),
                new Findings(_path),
                this
            )
        );

    /// <summary>It is not known what belongs here, nor what the defaults are for: no key is rejected.</summary>
    public void AcceptUnknown()
    {
        _acceptsUnknown = true;
        _defaults?.AcceptUnknown();
    }

    /// <summary>
    /// Adds a fault for each key, here and below, that no getter has asked for. Call it on the root, last.
    /// </summary>
    public void RejectUnknown() => RejectUnknown([.. KnownPaths]);

    private void RejectUnknown(string[] knownPaths)
    {
        if (_acceptsUnknown)
        {
            return;
        }

        foreach (var (key, entry) in _section?.Entries ?? new Dictionary<string, YamlEntry>())
        {
            if (!_keys.Contains(key))
            {
                var found = $"unknown key {YamlText.Quote(key)}{KeyPath.Under(_path)}";
                _findings.Fault(entry.KeyAt, KeyPath.Join(_path, key), found, WhatWasMeant(key, knownPaths));
            }
        }

        foreach (var sub in _subsections.Values)
        {
            sub.RejectUnknown(knownPaths);
        }
    }

    private string WhatWasMeant(string key, string[] knownPaths)
    {
        var elsewhere = knownPaths
            .Where(known => known.EndsWith($".{key}", StringComparison.Ordinal))
            .Take(MostPlaces)
            .ToArray();
        if (elsewhere.Length > 0)
        {
            return $"it belongs under {string.Join(" or ", elsewhere.Select(known => known[..^(key.Length + 1)]))}";
        }

        if (knownPaths.Contains(key))
        {
            return "it belongs at the top level";
        }

        return ClosestName.Find(key, _keys) is { } meant
            ? $"did you mean '{meant}'?"
            : $"the keys here are {string.Join(", ", _keys)}";
    }

    private YamlEntry? Find(string key)
    {
        Know(key);
        return Entry(key);
    }

    /// <summary>The entry here, or else the default.</summary>
    private YamlEntry? Entry(string key) => _section?.Entries.GetValueOrDefault(key) ?? _defaults?.Entry(key);

    private ValueList<T> ParseAll<T>(string key, SequenceNode list, ValueRule<T> rule) =>
        new(list.Items.Select((item, index) => Parse(KeyPath.Item(key, index), item, rule)!));

    private T? Parse<T>(string key, YamlNode node, ValueRule<T> rule)
    {
        if (node is AliasNode)
        {
            return default;
        }

        var remedy = rule(TextOf(node), out var value);
        if (remedy is not null)
        {
            var keyPath = PathOf(key);
            _findings.Fault(node.At, keyPath, $"{keyPath} is {Shown(key, node)}", remedy);
        }

        return value;
    }

    /// <summary>
    /// The empty text stands for lists and sections: no rule accepts it, and each rule then says what it wants.
    /// </summary>
    private static string TextOf(YamlNode node) =>
        node switch
        {
            ScalarNode scalar => scalar.Value,
            // Unquoted, [::1] as in URLs is a YAML list of one.
            SequenceNode { Items: [ScalarNode only] } when IsIPv6(only.Value) => only.Value,
            _ => "",
        };

    private static bool IsIPv6(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string Shown(string key, YamlNode node) =>
        key.Contains("password", StringComparison.Ordinal) && node is ScalarNode
            ? "not valid (it is not shown, because it may be the password itself)"
            : YamlText.Describe(node);

    private void FaultIfPresent(string key, string found, string remedy)
    {
        if (_section is not null)
        {
            Fault(key, found, remedy);
        }
    }

    [return: NotNullIfNotNull(nameof(path))]
    private FileSetting? Placed(string key, string? path) =>
        path is null ? null : new FileSetting(path) { Key = WhereIs(key).Key, Place = WhereIs(key).Place };

    /// <summary>A key by its whole name, and where it stands in which file.</summary>
    public (string Key, string Place) WhereIs(string key) => (PathOf(key), _findings.Place(PlaceOf(key)));

    private Position PlaceOf(string key) => Entry(key)?.At ?? _at;
}
