using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tunnel.Cli;

/// <summary>
/// Standard output for a command that writes without end: one whose reader has left (<c>| head</c>) fails, which the
/// runtime's own writer keeps to itself.
/// </summary>
internal static class PipeOutput
{
    // errno(3), the same number on every Linux.
    private const int BrokenPipe = 32;

    /// <param name="output">What the command line has for it: another writer stays as it is.</param>
    public static TextWriter Of(TextWriter output) =>
        ReferenceEquals(output, Console.Out)
            ? new StreamWriter(
                new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0),
                new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            )
            : output;

    /// <summary>Whether a write failed because nobody reads any more.</summary>
    public static bool IsReaderGone(IOException failure) => failure.HResult == BrokenPipe;
}
