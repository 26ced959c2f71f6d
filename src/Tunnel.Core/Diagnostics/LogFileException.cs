namespace Tunnel.Diagnostics;

/// <summary>The log file cannot be written. The message names the file, says why and what to change.</summary>
public sealed class LogFileException(Trouble trouble, Exception inner)
    : ExplainedException(trouble, ExitCodes.BadInput, inner);
