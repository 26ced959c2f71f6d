namespace Tunnel.Config;

/// <summary>One thing wrong with a configuration file.</summary>
/// <param name="File">The file as it was named to us.</param>
/// <param name="Line">From 1; 0 when the fault is the whole file's.</param>
/// <param name="Column">From 1; 0 when the fault is the whole file's.</param>
/// <param name="KeyPath">
/// The key with its sections, such as <c>remote_server.port</c>; empty when no key is concerned.
/// </param>
/// <param name="Found">What is there.</param>
/// <param name="Remedy">What would be right.</param>
public sealed record ConfigFault(string File, int Line, int Column, string KeyPath, string Found, string Remedy)
{
    /// <summary>The same for a message.</summary>
    public Trouble Trouble => Trouble.Of($"{Place(File, Line, Column)}: {Found}", Remedy);

    /// <summary><c>file:line:column: found; remedy</c>, the form that compilers use and editors can follow.</summary>
    public override string ToString() => Trouble.ToString();

    internal static string Place(string file, int line, int column) => line == 0 ? file : $"{file}:{line}:{column}";
}
