using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>A file that should be PEM: certificates, CAs, or whatever people give.</summary>
internal sealed class PemTarget : ITarget
{
    public string Name => "pem";

    public int MostBytes => 8192;

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "-----BEGIN ",
            "-----END ",
            "-----",
            "CERTIFICATE",
            "-----\n",
            "X509 CRL",
            "PRIVATE KEY",
            "TRUSTED CERTIFICATE",
            "PKCS7",
            "CERTIFICATE REQUEST",
            "OPENSSH PRIVATE KEY",
            "Proc-Type: 4,ENCRYPTED\n",
            "# ",
            "\r\n",
            "\r",
            "\ufeff",
            "\\n",
            "=",
            "==",
            "-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n",
        }.Select(Encoding.UTF8.GetBytes),
        [0xff, 0xfe],
        [0xfe, 0xed, 0xfe, 0xed],
        [(byte)'-', 0, (byte)'-', 0, (byte)'-', 0, (byte)'B', 0],
    ];

    public void Run(byte[] input)
    {
        var blocks = PemScanner.Scan(input);
        foreach (var block in blocks)
        {
            Hold.IsLine($"{block} {block.Fault}", "what is said of a block");
            Hold.Same(block.Fault is null, block.Content.Length > 0, "whether a block has content or a fault");
            Hold.That(block.Line >= 1 && block.Line <= LinesOf(input), "a line that the file has not");
        }

        HasWhatDotNetFinds(input, blocks);
        var file = Scratch.Holding(input);
        Faults.AreLines(() => PemFile.ReadCertificates(new InputFile("certificate file", file)).Count, input);
        foreach (var peer in (TunnelRole[])[TunnelRole.Client, TunnelRole.Server])
        {
            Faults.AreLines(() => Report(CaFile.Load(file, peer), peer), input);
        }
    }

    /// <summary>What <c>tunnel check</c> writes of a file that can be used.</summary>
    private static object? Report(TrustAnchors anchors, TunnelRole peer)
    {
        var profile = new TlsProfile
        {
            Role = peer.Peer(),
            Versions = SslProtocols.Tls13,
            Policy =
                peer == TunnelRole.Client ? PeerPolicy.ForClients(anchors, []) : PeerPolicy.ForServers(anchors, "a"),
        };
        foreach (var report in CertificateReports.Of(profile, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)))
        {
            Hold.IsLine($"{report.Subject} {report.Sans} {report.Left}", "what is shown of a certificate", 64 * 1024);
            foreach (var warning in report.Warnings)
            {
                Hold.IsLine(warning.Text, "a warning about a certificate", 64 * 1024);
            }
        }

        return null;
    }

    private static int LinesOf(byte[] input) =>
        Encoding.Latin1.GetString(input).ReplaceLineEndings("\n").Count(letter => letter is '\n' or '\f' or '\u0085')
        + 1;

    /// <summary>
    /// .NET is strict (RFC 7468 section 3): what it takes for PEM must be taken here too, for the same content.
    /// </summary>
    private static void HasWhatDotNetFinds(byte[] input, List<PemBlock> blocks)
    {
        var text = Encoding.Latin1.GetString(input);
        for (var at = 0; PemEncoding.TryFind(text.AsSpan(at), out var found); at += found.Location.End.Value)
        {
            var start = at + found.Location.Start.Value;
            var line = text.AsSpan(0, start);
            line = line[(line.LastIndexOfAny('\n', '\r') + 1)..];
            var label = text[(at + found.Label.Start.Value)..(at + found.Label.End.Value)];
            var content = Convert.FromBase64String(
                text[(at + found.Base64Data.Start.Value)..(at + found.Base64Data.End.Value)]
            );
            Hold.That(
                line.TrimStart(" \t").StartsWith('#')
                    || label.Length > 64
                    || content.Length == 0
                    || blocks.Exists(block => block.Label == label && block.Content.AsSpan().SequenceEqual(content)),
                "a block that .NET finds is missing"
            );
        }
    }
}
