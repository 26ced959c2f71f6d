namespace Tunnel.Text;

/// <summary>
/// A failure whose message tells the user everything: what happened, to whom, why, and what to do. Any other exception
/// is a bug of ours or comes from the system.
/// </summary>
/// <param name="message">One fault a line.</param>
/// <param name="exitCode">What the process ends with when nobody handles it, one of <see cref="ExitCodes"/>.</param>
public abstract class ExplainedException(string message, int exitCode, Exception? inner = null)
    : Exception(message, inner)
{
    public int ExitCode => exitCode;
}
