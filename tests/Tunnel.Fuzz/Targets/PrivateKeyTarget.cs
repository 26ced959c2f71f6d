using System.Text;
using Tunnel.Config;
using Tunnel.Tls;

namespace Tunnel.Fuzz.Targets;

/// <summary>A private key's file, encrypted or not.</summary>
internal sealed class PrivateKeyTarget : ITarget
{
    public string Name => "private-key";

    public bool IsDer => true;

    public IReadOnlyList<byte[]> Words { get; } =
    [
        .. new[]
        {
            "-----BEGIN PRIVATE KEY-----\n",
            "-----END PRIVATE KEY-----\n",
            "-----BEGIN RSA PRIVATE KEY-----\n",
            "-----END RSA PRIVATE KEY-----\n",
            "-----BEGIN EC PRIVATE KEY-----\n",
            "-----END EC PRIVATE KEY-----\n",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\n",
            "-----END ENCRYPTED PRIVATE KEY-----\n",
            "Proc-Type: 4,ENCRYPTED\n",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    public void Run(byte[] input)
    {
        // What is not PEM is DER to be put between these lines, so that its inside is reached.
        foreach (
            var file in (byte[][])
                [
                    input,
                    Pem("PRIVATE KEY", input),
                    Pem("RSA PRIVATE KEY", input),
                    Pem("EC PRIVATE KEY", input),
                    Pem("ENCRYPTED PRIVATE KEY", input),
                ]
        )
        {
            var setting = Scratch.Holding(file);
            using var password = new KeyPassword("password", "a test");
            Faults.AreLines(() => PrivateKeyFile.Read(new InputFile("key file", setting), password), file);
            Faults.AreLines(() => PrivateKeyFile.Read(new InputFile("key file", setting), null), file);
        }

        var tls = new TlsSettings { KeyPasswordFile = Scratch.Holding(input) };
        Faults.AreLines(() => KeyPassword.Resolve(tls), input);
    }

    private static byte[] Pem(string label, byte[] content) =>
        Encoding.ASCII.GetBytes(System.Security.Cryptography.PemEncoding.WriteString(label, content));
}
