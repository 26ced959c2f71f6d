namespace Tunnel.Fuzz.Targets;

/// <summary>What there is to fuzz: first what strangers reach before they have shown who they are.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<ITarget> List { get; } =
    [
        new ProxyHeaderTarget(),
        new ClientHelloTarget(),
        new FirstFlightTarget(),
        new RecordsTarget(),
        new TransportTarget(),
        new PostHandshakeTarget(),
        new GreetingTarget(),
        new RecordTrackerTarget(),
        new ServerFlightTarget(),
        new ProtocolNamesTarget(),
        new CertificateTarget(),
        new NamesTarget(),
        new RevocationListsTarget(),
        new PemTarget(),
        new PrivateKeyTarget(),
        new TicketTarget(),
        new TicketSecretsTarget(),
        new ConfigTarget(),
        new StatusTarget(),
    ];

    /// <returns>Null for a name that none has.</returns>
    public static ITarget? Find(string name) => List.FirstOrDefault(target => target.Name == name);
}
