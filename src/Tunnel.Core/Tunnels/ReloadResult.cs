namespace Tunnel.Tunnels;

/// <summary>What came of a reload.</summary>
/// <param name="IsAccepted">False: nothing has changed.</param>
/// <param name="Words">What happened, or why not: one line, or a line for each fault.</param>
public sealed record ReloadResult(bool IsAccepted, string Words);
