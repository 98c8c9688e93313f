using System.Globalization;
using System.Text;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Inference.Importing;

/// <summary>A model card with what the import measured, and places for what only its owner knows.</summary>
internal static class CardText
{
    private const string Open = "_To fill in._";

    public static string Of(ModelManifest manifest, ImportSample tried, IReadOnlyList<string> warnings)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # {manifest.Id}: {manifest.Title}

            Imported with `mstream models import`. Lines marked "{Open.Trim('_')}" say what nobody but the network's owner knows; a network without
            them runs, and is believed by no one.

            | | |
            |---|---|
            | What it is for | {Open} |
            | What it must not be used for | {Open} |
            | Paper, and how this network differs from it | {Open} |
            | Trained on | {Or(manifest.Domain.Structures)} |
            | Pixel size, light, PSF of the training | {(manifest.Domain.PixelSizeNm is { } size ? $"{size.From}–{size.To} nm; the rest: {Open}" : Open)} |
            | Licence | {(manifest.Provenance.Licence == "unknown" ? Open : manifest.Provenance.Licence)} |

            ## What the import found
            | | |
            |---|---|
            | Frames per image | {manifest.Input.Frames} |
            | Normalization | {NormalizationText.Of(manifest.Input.Normalization)} |
            | Image | {manifest.Output.Upscale} × as fine as the frames, unit {manifest.Output.Channels[0].Unit} |
            | Sample | {tried.Source}, {tried.Height} × {tried.Width} px, {tried.Windows} images |
            | Frames | {tried.InputRange.Least:0.###}…{tried.InputRange.Most:0.###} |
            | Images | {tried.OutputRange.Least:0.###}…{tried.OutputRange.Most:0.###}, all finite |
            | Pearson of an image with the mean of its frames | {tried.Likeness:f3} |
            | Tiles against one piece | {(tried.Seams is { } seams ? $"{seams:0.0e+0} of the range" : "not in tiles")} |
            | Time of an image, this machine's CPU | {tried.MsPerRun:f1} ms |

            ## Measured
            | Data with known truth | Metric | Widefield | Classical method | This network |
            |---|---|---|---|---|
            | {Open} | | | | |

            ## Pictures and failure cases
            {Open}

            """);
        if (warnings.Count > 0)
        {
            text.Append("\n## Warnings of the import\n").AppendJoin('\n', warnings.Select(one => $"- {one}")).Append('\n');
        }

        return text.ToString();
    }

    private static string Or(string said) => said.Length > 0 ? said : Open;
}
