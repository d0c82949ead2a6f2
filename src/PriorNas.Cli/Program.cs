using PriorNas.Cli;

return await CommandLine.RunAsync(args, Terminal.OfProcess());
