using System.Text;
using Tunnel.Config;

namespace Tunnel.Tls;

/// <summary>The token that whoever asks over HTTP has to show (RFC 6750). Printing it does not show it.</summary>
public sealed class HttpToken
{
    // 128 bits in hexadecimal digits: nobody guesses it.
    private const int FewestCharacters = 32;
    private const int MostCharacters = 512;

    private readonly string _value;

    private HttpToken(string value) => _value = value;

    /// <summary>Reads it from the first line of its file.</summary>
    /// <exception cref="TlsSetupException">The file cannot be used; the message says why and what to do.</exception>
    public static HttpToken Read(FileSetting setting)
    {
        var file = new InputFile("token file", setting);
        var line = Encoding.ASCII.GetString(file.Read()).Split('\n')[0].TrimEnd('\r');
        return
            line.Length is >= FewestCharacters and <= MostCharacters && line.All(letter => letter is > ' ' and <= '~')
            ? new HttpToken(line)
            : throw file.FaultInside(
                Trouble.Of(
                    $"its first line must be a token of {FewestCharacters} to {MostCharacters} letters, digits and "
                        + "signs",
                    "make one with: openssl rand -hex 32"
                )
            );
    }

    /// <summary>A method, so that no serializer or structured logger reads it.</summary>
    public string Reveal() => _value;

    public override string ToString() => "token";
}
