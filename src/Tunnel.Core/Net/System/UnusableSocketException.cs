namespace Tunnel.Net;

/// <summary>A socket, or its file, that we cannot listen on.</summary>
internal sealed class UnusableSocketException(Trouble trouble, Exception? inner = null)
    : IOException(trouble.ToString(), inner)
{
    /// <summary>The same of what the system may throw there.</summary>
    public static Trouble TroubleOf(IOException failure) =>
        failure is UnusableSocketException known
            ? known.Trouble
            : Trouble.Of(
                SafeText.Escape(failure.Message),
                "these words are the system's: correct that, or choose another place"
            );

    public Trouble Trouble => trouble;
}
