using System.Globalization;
using System.Text;

namespace MicroscopeStream.Benchmarks.Video;

/// <summary>The benchmark's table as a plot: Pearson of network and baselines for each condition.</summary>
internal static class VideoPlot
{
    private const string Refined = ", refined";

    // Later and now; a second network in purple.
    private static readonly (string Refined, string Now)[] Networks = [("#9ec5f0", "#145ac8"), ("#d9b3e6", "#7a1fa2")];

    private static readonly (string Name, string Label, string Colour)[] Baselines =
    [
        ("sliding, best window and blur", "sliding, best window and blur in hindsight", "#c85014"), ("sliding, best window", "sliding, best window in hindsight", "#e8a06a"),
        ("decay, best", "decay, best in hindsight", "#148c3c"), ("rolling-ml, best", "rolling-ml, best in hindsight", "#606060"),
    ];

    /// <summary>Draws video-plot.svg from the video.csv of a folder.</summary>
    public static void Write(string folder)
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(folder, "video.csv")).Skip(1).Select(Split)];
        (string Name, string Label, string Colour)[] methods =
        [
            .. rows.Select(row => row[2]).Where(name => name.EndsWith(Refined, StringComparison.Ordinal)).Distinct().SelectMany((name, i) => new[]
            {
                (name, $"{name[..^Refined.Length]}, five slices later", Networks[i % Networks.Length].Refined),
                (name[..^Refined.Length], $"{name[..^Refined.Length]}, now", Networks[i % Networks.Length].Now),
            }),
            .. Baselines,
        ];
        string[] conditions = [.. rows.Select(row => $"{row[0]}, {row[1]} nm/s").Distinct()];
        var svg = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"900\" height=\"450\" font-family=\"sans-serif\" font-size=\"12\"><rect width=\"900\" height=\"450\" fill=\"white\"/>");
        for (int tick = 0; tick <= 10; tick += 2)
        {
            Append($"<line x1=\"50\" x2=\"890\" y1=\"{Y(tick / 10.0)}\" y2=\"{Y(tick / 10.0)}\" stroke=\"#ddd\"/><text x=\"42\" y=\"{Y(tick / 10.0) + 4}\" text-anchor=\"end\">{tick / 10.0:f1}</text>");
        }

        for (int c = 0; c < conditions.Length; c++)
        {
            double x = 100 + (c * 92);
            string[] name = conditions[c].Split(", ");
            Append($"<text x=\"{x}\" y=\"345\" text-anchor=\"middle\">{name[0]}</text><text x=\"{x}\" y=\"360\" text-anchor=\"middle\">{name[1]}</text>");
            for (int m = 0; m < methods.Length; m++)
            {
                string[]? row = Array.Find(rows, row => $"{row[0]}, {row[1]} nm/s" == conditions[c] && row[2] == methods[m].Name);
                if (row is not null)
                {
                    Append($"<circle cx=\"{x + (7 * (m - ((methods.Length - 1) / 2.0)))}\" cy=\"{Y(double.Parse(row[5], CultureInfo.InvariantCulture))}\" r=\"4\" fill=\"{methods[m].Colour}\"/>");
                }
            }
        }

        for (int m = 0; m < methods.Length; m++)
        {
            (int x, int y) = (60 + (m % 3 * 275), 388 + (m / 3 * 24));
            Append($"<circle cx=\"{x}\" cy=\"{y - 4}\" r=\"4\" fill=\"{methods[m].Colour}\"/><text x=\"{x + 10}\" y=\"{y}\">{methods[m].Label}</text>");
        }

        Append($"<text x=\"14\" y=\"170\" transform=\"rotate(-90 14 170)\" text-anchor=\"middle\">Pearson with the truth</text></svg>\n");
        File.WriteAllText(Path.Combine(folder, "video-plot.svg"), svg.ToString());

        void Append(FormattableString text) => svg.Append(text.ToString(CultureInfo.InvariantCulture));
    }

    private static double Y(double pearson) => 330 - (310 * pearson);

    // Names hold commas; the five numbers after them and the two before do not.
    private static string[] Split(string line)
    {
        string[] parts = line.Split(',');
        string name = string.Join(',', parts[2..^5]);
        return [parts[0], parts[1], name, .. parts[^5..]];
    }
}
