using System.CommandLine;
using System.Globalization;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Cli.Terminal;
using MicroscopeStream.Client;
using MicroscopeStream.Contract.V1;
using MicroscopeStream.Localizations.Scoring;
using MicroscopeStream.Localizations.Tables;
using MicroscopeStream.Simulator;
using MicroscopeStream.Simulator.Scenes;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream demo</c>: a service and a microscope in one command.</summary>
internal static class DemoCommand
{
    private const double DefaultFramesPerSecond = 30;
    private const int DefaultSeconds = 20;
    private const string DefaultFolder = "mstream-demo";

    // A session planned to more than this share of what the machine can hold has no room for anything else that runs on it.
    private const double Headroom = 0.5;

    private static readonly Option<string?> Input = new("--input")
    {
        Description = "Stream this TIFF file as if live, instead of the simulated microscope.",
        HelpName = "FILE",
    };

    private static readonly Option<double?> Seconds = Numbers.Real(
        "--seconds", $"How long the microscope runs. [default: {DefaultSeconds}]", 0, exclusive: true, unit: "N");

    private static readonly Option<bool> Headless = new("--headless") { Description = "Print plain lines instead of a live table, and open no browser." };
    private static readonly Option<string?> Method = new("--method")
    {
        Description = "Model or classical method. [default: what suits the sample; of filaments the first localization model found]",
        HelpName = "ID",
    };

    private static readonly Option<DemoSample?> Sample = Numbers.Choice(
        "--sample", "What the simulated microscope looks at: blinking emitters on filaments, filaments under structured illumination, or a living sample that moves. [default: filaments]",
        ("filaments", DemoSample.Filaments), ("sim", DemoSample.Sim), ("living", DemoSample.Living));

    private static readonly Option<int?> Seed = Numbers.Whole("--seed", "Seed of the simulated sample. [default: 1]", 0);

    internal static Command Create(CommandContext context)
    {
        var command = new Command(
            "demo",
            "Start a service and a simulated microscope in this process, stream one through the other over gRPC, show how it does in the terminal and in the browser, and write images, localizations and a report. Needs nothing else.")
        {
            Input, Sample, Seconds, Headless, StreamOptions.Out, Method, StreamOptions.FramesPerSecond, StreamOptions.PixelSize, StreamOptions.Camera, Seed,
            StreamOptions.SuperResolvedPixel, StreamOptions.Policy, StreamOptions.Set,
            StreamOptions.Drift, StreamOptions.Filter, StreamOptions.Link, StreamOptions.LinkRadius, StreamOptions.DarkFrames, StreamOptions.Table, SharedOptions.Provider, SharedOptions.Models, StreamOptions.Json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        await using Server.Hosting.MicroscopeStreamServer server =
            await EmbeddedService.StartAsync(SharedOptions.ModelDirectoriesOf(parsed), context.Time, viewer: true, cancellationToken);
        await using MicroscopeClient client = MicroscopeClient.Connect(server.GrpcAddress.ToString(), context.Time);
        DemoSample sample = parsed.GetValue(Sample) ?? DemoSample.Filaments;
        string method = parsed.GetValue(Method) ?? DemoScene.MethodFor(sample) ?? await FirstModelAsync(client, cancellationToken);
        await context.Console.Error.WriteLineAsync($"service on {server.GrpcAddress}, method {method}");
        await context.Console.Error.WriteLineAsync($"live view: {server.ViewerAddress}");
        if (context.Console.Interactive && !parsed.GetValue(Headless) && !parsed.GetValue(StreamOptions.Json) && Browser.HasDisplay)
        {
            Browser.Open(server.ViewerAddress!);
        }

        bool simulated = parsed.GetValue(Input) is null;
        double? rate = parsed.GetValue(StreamOptions.FramesPerSecond) is null
            ? DefaultFramesPerSecond
            : StreamOptions.RateOf(parsed);
        DemoScene? scene = simulated && sample != DemoSample.Filaments
            ? DemoScene.Make(sample, method, Frames(parsed, rate), parsed.GetValue(Seed) ?? 1, rate, parsed)
            : null;
        if (scene is not null)
        {
            await context.Console.Error.WriteLineAsync($"simulated microscope: {scene.About}");
        }

        using IFrameSource source = scene is not null ? scene.Source
            : simulated
            ? await MicroscopeAsync(parsed, context, client, method, rate, cancellationToken)
            : new LimitedSource(
                TiffFrameSource.Open(parsed.GetValue(Input)!, StreamOptions.CameraOf(parsed)),
                parsed.GetValue(Seconds) is { } seconds && rate is { } perSecond ? (long)Math.Ceiling(seconds * perSecond) : long.MaxValue);
        double pixelSize = parsed.GetValue(StreamOptions.PixelSize) ?? source.PixelSizeNm ?? throw new CommandException(
            ExitCodes.Usage, $"{source.Name} does not say how large its pixels are. State it with --pixel-size NM.");
        var job = new StreamJob
        {
            Source = source,
            Request = scene?.Request ?? StreamOptions.Request(source, pixelSize, method, rate, parsed),
            Rate = rate,
            Server = "embedded",
            OutputPath = parsed.GetValue(StreamOptions.Out) ?? DefaultFolder,
            SuperResolvedPixelNm = parsed.GetValue(StreamOptions.SuperResolvedPixel),
            Table = parsed.GetValue(StreamOptions.Table) ?? TableFormat.ThunderStorm,
            Filter = ProcessingChoices.Of(parsed).Filter,
            Linking = ProcessingChoices.Of(parsed).Linking,
        };
        var runner = new StreamRunner(client, context.Time, context.View(parsed.GetValue(Headless) || parsed.GetValue(StreamOptions.Json)));
        StreamOutcome outcome = await runner.RunAsync(
            job, source is SimulatedFrameSource microscope ? table => Score(microscope, table, job) : null, cancellationToken);
        await context.Console.Out.WriteAsync(parsed.GetValue(StreamOptions.Json)
            ? ReportBuilder.Serialize(outcome.Report)
            : ReportText.Describe(outcome.Report, job.OutputPath));
        return outcome.ExitCode;
    }

    private static async Task<string> FirstModelAsync(MicroscopeClient client, CancellationToken cancellationToken)
    {
        ListModelsResponse models = await client.ListModelsAsync("localization", cancellationToken);
        return models.Models.FirstOrDefault(m => m.Version.Length > 0)?.Id ?? models.Models.FirstOrDefault()?.Id ?? throw new CommandException(
            ExitCodes.Service,
            "The service knows no localization method. " + string.Join(' ', models.Broken.SelectMany(b => b.Problems).Prepend("Name a folder with model packages with --models.")));
    }

    private static long Frames(ParseResult parsed, double? rate) =>
        Math.Max(3, (long)Math.Ceiling((parsed.GetValue(Seconds) ?? DefaultSeconds) * (rate ?? DefaultFramesPerSecond)));

    /// <summary>A sample as large as this machine can follow at the asked rate.</summary>
    private static async Task<IFrameSource> MicroscopeAsync(
        ParseResult parsed, CommandContext context, MicroscopeClient client, string method, double? rate, CancellationToken cancellationToken)
    {
        long frames = Frames(parsed, rate);
        foreach (int edge in (int[])[128, 64])
        {
            var scene = new SmlmScene { Seed = (ulong)(parsed.GetValue(Seed) ?? 1), Width = edge, Height = edge, DensityPerUm2 = 0.8 };
            var source = new SimulatedFrameSource(new SmlmMicroscope(scene), frames);
            AcquisitionRequest request = StreamOptions.Request(source, scene.PixelSizeNm, method, rate, parsed);
            await using AcquisitionSession probe = await client.OpenAsync(request, cancellationToken);
            double holds = probe.Plan.SustainableFrameRate;
            bool enough = rate is null || holds <= 0 || rate <= Headroom * holds;
            if (enough || edge == 64)
            {
                await context.Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"simulated microscope: {edge} × {edge} px of {scene.PixelSizeNm} nm, {frames} frames{(rate is null ? string.Empty : $" at {rate} per second")}; this machine can hold about {holds:f0} per second at that size{(enough ? string.Empty : ", so results will lag: try --fps")}"));
                return source;
            }
        }

        throw new InvalidOperationException("The smallest size is always taken.");
    }

    private static ScoreReport Score(SimulatedFrameSource microscope, LocalizationTable table, StreamJob job)
    {
        // The conditions under which the project states its accuracy.
        var options = new ScoringOptions
        {
            WidthNm = job.CameraGrid.WidthNm,
            HeightNm = job.CameraGrid.HeightNm,
            BorderNm = 450,
            MinimumPhotons = 250,
        };
        return Scores.Measure(
            table, new LocalizationTable(microscope.Truth), options, RenderedPearson.DefaultPixelSizeNm, RenderedPearson.DefaultSigmaNm);
    }
}
