using System.Text.RegularExpressions;

namespace Tunnel.Tests.TestKit;

/// <summary>A method of the source that gives many causes the same remedy.</summary>
/// <param name="Call">Up to its parenthesis.</param>
/// <param name="Folder">Where it is called.</param>
/// <param name="Argument">Which of its arguments is the cause.</param>
/// <param name="Maker">The file where cause and remedy come together.</param>
/// <param name="Cause">What the cause is called there.</param>
internal sealed partial record MessageHelper(Regex Call, string Folder, int Argument, string Maker, string Cause)
{
    public static IReadOnlyList<MessageHelper> All { get; } =
    [
        new(Fail(), "/Records/Tls13Records", 1, "Tls13Records.cs", "words"),
        new(Refuse(), "/Tls/ClientHelloGate", 1, "HandshakeFaults.cs", "errorText"),
        new(Left(), "/Tls/HandshakeFaults", 0, "HandshakeFaults.cs", "words"),
        new(
            Broken(),
            "/Opening/Proxy/",
            0,
            "ProxyIntake.cs",
            "$\"the load balancer sent a PROXY header that is not valid: {reading.Words}\""
        ),
    ];

    [GeneratedRegex(@"\bFail\(")]
    private static partial Regex Fail();

    [GeneratedRegex(@"\bRefuse\(")]
    private static partial Regex Refuse();

    [GeneratedRegex(@"\bLeft\(")]
    private static partial Regex Left();

    [GeneratedRegex(@"\bBroken\(")]
    private static partial Regex Broken();
}
