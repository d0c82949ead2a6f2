using PriorNas.Bench;

return args switch
{
    ["export", var run, var data, var list, var folder] => RankingBenchmark.Open(run, data, list).Export(folder),
    ["rank", var run, var data, var list, var evaluator, var count, var output] => RankingBenchmark.Open(run, data, list).Rank(evaluator, int.Parse(count), output),
    ["trace", var recipe, var data, var steps, var folder, .. var settings] => TrainingTrace.Write(recipe, data, int.Parse(steps), folder, settings),
    ["rates", var size] => ConvolutionRates.Measure(int.Parse(size)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("PriorNas.Bench export RUN DATA LIST FOLDER | rank RUN DATA LIST plain|exact|float32|bfloat16 COUNT OUTPUT | trace RECIPE DATA STEPS FOLDER [KEY=VALUE ...] | rates IMAGE-SIZE");
    return 2;
}
