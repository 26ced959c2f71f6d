namespace Tunnel.Certs;

/// <summary>
/// The certificates cannot be made: a name cannot be used, a file exists already or cannot be written.
/// </summary>
public sealed class CertsInitException(Trouble trouble) : ExplainedException(trouble, ExitCodes.BadInput);
