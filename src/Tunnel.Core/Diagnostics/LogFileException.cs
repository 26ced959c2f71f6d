namespace Tunnel.Diagnostics;

/// <summary>The log file cannot be written. The message names the file, says why and what to change.</summary>
public sealed class LogFileException(string message, Exception inner)
    : ExplainedException(message, ExitCodes.BadInput, inner);
