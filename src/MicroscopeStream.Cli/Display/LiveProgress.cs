using System.Globalization;
using MicroscopeStream.Cli.Streaming;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MicroscopeStream.Cli.Display;

/// <summary>A table that is redrawn in place, for a person at a terminal.</summary>
internal sealed class LiveProgress(IAnsiConsole console, TimeProvider time) : IProgressView
{
    private const int BarWidth = 40;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);
    private readonly List<string> _notes = [];
    private bool _live;

    public async Task ShowAsync(Func<StreamStatus> measure, CancellationToken until)
    {
        lock (_notes)
        {
            _live = true;
        }

        await console.Live(Draw(measure())).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Interval, time);
            try
            {
                while (await timer.WaitForNextTickAsync(until))
                {
                    live.UpdateTarget(Draw(measure()));
                }
            }
            catch (OperationCanceledException)
            {
                live.UpdateTarget(Draw(measure()));
            }
        });

        lock (_notes)
        {
            _live = false;
            _notes.ForEach(console.WriteLine);
            _notes.Clear();
        }
    }

    public void Note(string message)
    {
        lock (_notes)
        {
            // Between two drawings of the table a line of its own would be painted over.
            if (_live)
            {
                _notes.Add(message);
                return;
            }
        }

        console.WriteLine(message);
    }

    private Table Draw(StreamStatus s)
    {
        double share = s.FramesExpected > 0 ? Math.Clamp((double)s.Results / s.FramesExpected, 0, 1) : 0;
        int done = (int)(share * BarWidth);
        Table table = new Table().Border(TableBorder.Rounded).Title(
            $"[bold]{Markup.Escape(s.Source)}[/] → [bold]{Markup.Escape(s.Method)}[/] on {Markup.Escape(s.Provider)}");
        table.AddColumn(new TableColumn(string.Empty).NoWrap());
        table.AddColumn(new TableColumn(string.Empty).NoWrap());
        table.HideHeaders();
        Row("frames", $"[green]{new string('━', done)}[/][grey]{new string('━', BarWidth - done)}[/] {s.Results} of {s.FramesExpected}");
        Row("time", Invariant($"{s.Elapsed.TotalSeconds:f1} s"));
        Row("rate", Invariant($"{s.ResultsPerSecond:f1} frames/s"));
        Row("latency", Invariant($"p50 {s.LatencyP50:f1} ms · p99 {s.LatencyP99:f1} ms  [grey](frame due → result here)[/]"));
        Row("in flight", Invariant($"{Math.Max(0, s.Sent - s.Results - s.Dropped)}"));
        Row("dropped", s.Dropped == 0 ? "0" : $"[yellow]{s.Dropped}[/]");
        if (s.Localizations is { } localizations)
        {
            Row("localizations", Invariant($"{localizations:n0}"));
            Row("drift", s.DriftNm is { } drift ? Invariant($"{drift:f0} nm from where the sample was at first, taken out of the image") : "[grey]not known yet[/]");
            Row("resolution", s.Resolution is { } resolution ? Invariant($"{resolution.Nm:f0} ± {resolution.UncertaintyNm:f0} nm  [grey](Fourier ring correlation)[/]") : "[grey]not known yet[/]");
        }

        lock (_notes)
        {
            foreach (string note in _notes)
            {
                table.AddRow(new Markup("[yellow]note[/]"), new Paragraph(note));
            }
        }

        return table;

        void Row(string name, string value) => table.AddRow(new Markup($"[grey]{name}[/]"), (IRenderable)new Markup(value));
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
