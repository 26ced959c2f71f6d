namespace Tunnel.Config;

/// <summary>Settings that passed every check.</summary>
/// <param name="Settings">What the file says, with the defaults filled in.</param>
/// <param name="Warnings">
/// What is allowed but dangerous, as <c>file:line:column: text</c>; logged at every start.
/// </param>
public sealed record LoadedConfig(ProcessSettings Settings, IReadOnlyList<Trouble> Warnings);
