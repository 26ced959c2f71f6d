namespace Tunnel.Text;

/// <summary>
/// A failure whose message tells the user everything: what happened, to whom, why, and what to do. Any other exception
/// is a bug of ours or comes from the system.
/// </summary>
/// <param name="troubles">At least one; the message has one a line.</param>
/// <param name="exitCode">What the process ends with when nobody handles it, one of <see cref="ExitCodes"/>.</param>
public abstract class ExplainedException(IReadOnlyList<Trouble> troubles, int exitCode, Exception? inner = null)
    : Exception(string.Join('\n', troubles), inner)
{
    protected ExplainedException(Trouble trouble, int exitCode, Exception? inner = null)
        : this([trouble], exitCode, inner) { }

    public IReadOnlyList<Trouble> Troubles => troubles;

    /// <summary>Its message, or the same of what the system throws, such as a disk that is full.</summary>
    public static string TextOf(Exception failure) =>
        failure is ExplainedException
            ? failure.Message
            : Trouble
                .Of(
                    failure.Message,
                    "these words are the system's: look at the disk, the rights and the limits of this user"
                )
                .ToString();

    public int ExitCode => exitCode;
}
