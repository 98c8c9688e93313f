using System.CommandLine;
using MicroscopeStream.Cli.Reports;
using MicroscopeStream.Cli.Sources;
using MicroscopeStream.Cli.Streaming;
using MicroscopeStream.Client;

namespace MicroscopeStream.Cli.Commands;

/// <summary><c>mstream stream</c>: streams a file through a service as if it came from a camera.</summary>
internal static class StreamCommand
{
    private static readonly Argument<string> Input = new("INPUT")
    {
        Description = "TIFF file: multi-page, ImageJ, OME or BigTIFF; or MRC or DV (.mrc, .dv, .st, .r3d); uint8, uint16 or float32.",
    };

    private static readonly Option<string> Method = new("--method")
    {
        Description = "A network (see 'mstream models list'), or a classical method: mle or phasor, wiener for structured illumination.",
        HelpName = "ID",
        Required = true,
    };

    internal static Command Create(CommandContext context)
    {
        var command = new Command(
            "stream",
            "Stream a file through a service as if it came live from a camera, and write localizations or images and a report. Without --server, a service is started in this process.")
        {
            Input, StreamOptions.Task, Method,
            StreamOptions.Channel, StreamOptions.Slice, StreamOptions.PixelSize, StreamOptions.Camera, StreamOptions.FramesPerSecond, StreamOptions.Policy, StreamOptions.Server, RemoteOptions.TokenFile, RemoteOptions.TlsCa,
            StreamOptions.Out, StreamOptions.SuperResolvedPixel, StreamOptions.Psf, StreamOptions.Colour, StreamOptions.ZRange, StreamOptions.Set,
            StreamOptions.Drift, StreamOptions.Filter, StreamOptions.Link, StreamOptions.LinkRadius, StreamOptions.DarkFrames, StreamOptions.Table,
            SharedOptions.Provider, SharedOptions.Models, StreamOptions.Json,
        };
        foreach (Option option in SimOptions.All.Concat(VideoChoices.All))
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, context, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CommandContext context, CancellationToken cancellationToken)
    {
        using IFrameSource source = FrameSources.Open(
            parsed.GetValue(Input)!, StreamOptions.CameraOf(parsed), parsed.GetValue(StreamOptions.Channel), parsed.GetValue(StreamOptions.Slice));
        double pixelSize = parsed.GetValue(StreamOptions.PixelSize) ?? source.PixelSizeNm ?? throw new CommandException(
            ExitCodes.Usage, $"{source.Name} does not say how large its pixels are. State it with --pixel-size NM.");
        double? rate = StreamOptions.RateOf(parsed);
        AcquisitionRequest request = VideoChoices.Apply(
            SimOptions.Add(StreamOptions.Request(source, pixelSize, parsed.GetValue(Method)!, rate, parsed), parsed) with { Task = parsed.GetValue(StreamOptions.Task) ?? string.Empty }, parsed);

        string? address = parsed.GetValue(StreamOptions.Server);
        await using Server.Hosting.MicroscopeStreamServer? embedded = address is null
            ? await EmbeddedService.StartAsync(SharedOptions.ModelDirectoriesOf(parsed), context.Time, viewer: false, cancellationToken)
            : null;
        await using MicroscopeClient client = address is null
            ? MicroscopeClient.Connect(embedded!.GrpcAddress.ToString(), context.Time)
            : RemoteOptions.Connect(address, parsed, context.Time);
        var job = new StreamJob
        {
            Source = source,
            Request = request,
            Rate = rate,
            Server = address ?? "embedded",
            OutputPath = parsed.GetValue(StreamOptions.Out),
            SuperResolvedPixelNm = parsed.GetValue(StreamOptions.SuperResolvedPixel),
            Table = parsed.GetValue(StreamOptions.Table) ?? TableFormat.ThunderStorm,
            Filter = ProcessingChoices.Of(parsed).Filter,
            Linking = ProcessingChoices.Of(parsed).Linking,
            Colour = StreamOptions.ColourOf(parsed),
            LocalizationOptions = StreamOptions.LocalizationOptionsIn(parsed),
        };
        StreamOutcome outcome = await new StreamRunner(client, context.Time, context.View(headless: false)).RunAsync(
            job, score: null, cancellationToken);
        await context.Console.Out.WriteAsync(parsed.GetValue(StreamOptions.Json)
            ? ReportBuilder.Serialize(outcome.Report)
            : ReportText.Describe(outcome.Report, job.OutputPath));
        return outcome.ExitCode;
    }
}
