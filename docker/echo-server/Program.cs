using System.Globalization;
using EchoServer;

const int Port = 9000;

switch (args)
{
    case []:
        await Echo.ServeAsync(Port);
        return 0;
    case ["check"]:
        return await Load.CheckAsync("localhost", Port) ? 0 : 1;
    case ["load", var host, var port, var seconds]:
        return await Load.RunAsync(host, Number(port), TimeSpan.FromSeconds(Number(seconds))) ? 0 : 1;
    default:
        Console.Error.WriteLine("Usage: echo-server [check | load HOST PORT SECONDS]");
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
