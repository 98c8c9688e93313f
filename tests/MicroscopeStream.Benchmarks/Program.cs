using System.CommandLine;
using MicroscopeStream.Benchmarks.Accuracy;
using MicroscopeStream.Benchmarks.Allocations;
using MicroscopeStream.Benchmarks.Astigmatism;
using MicroscopeStream.Benchmarks.Fits;
using MicroscopeStream.Benchmarks.Ingest;
using MicroscopeStream.Benchmarks.Networks;
using MicroscopeStream.Benchmarks.Sim;
using MicroscopeStream.Benchmarks.Video;
using MicroscopeStream.Benchmarks.Viewers;

var root = new RootCommand(
    "Speed and allocations of MicroscopeStream beside named peers, on the same work in the same run. "
    + "Machines are shared and noisy: read the ratios; absolute figures stand beside them. A peer that is not installed is left out, with the reason.")
{
    IngestBenchmark.Create(),
    AccuracyBenchmark.Create(),
    AllocationBenchmark.Create(),
    NetworkBenchmark.Create(),
    TilingBenchmark.Create(),
    FitsBenchmark.Create(),
    ViewerBenchmark.Create(),
    SimBenchmark.Create(),
    AstigmatismBenchmark.Create(),
    VideoBenchmark.Create(),
    VideoSoak.Create(),
};
return await root.Parse(args).InvokeAsync();
