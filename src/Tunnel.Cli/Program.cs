using System.CommandLine;

var root = new RootCommand("x");
return root.Parse(args).Invoke();
