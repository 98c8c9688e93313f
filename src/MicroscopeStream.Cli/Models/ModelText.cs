using System.Globalization;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Cli.Models;

/// <summary>Models in words.</summary>
internal static class ModelText
{
    internal static void List(ModelCatalog catalog, TextWriter output)
    {
        if (catalog.Models.Count == 0)
        {
            output.WriteLine($"No models in {string.Join(", ", catalog.Directories)}.");
            return;
        }

        int id = catalog.Models.Max(model => model.Id.Length), version = catalog.Models.Max(model => model.Manifest.Version.Length);
        foreach (ModelPackage model in catalog.Models)
        {
            output.WriteLine(
                $"{model.Id.PadRight(id)}  {model.Manifest.Version.PadRight(version)}  {ModelEntry.TaskName(model)}  {model.Manifest.Title}");
        }
    }

    internal static void Describe(ModelPackage model, string? card, TextWriter output)
    {
        ModelManifest manifest = model.Manifest;
        output.WriteLine($"{model.Id} {manifest.Version}: {manifest.Title}");
        Line("task", ModelEntry.TaskName(model));
        Line("window", $"{manifest.Input.Frames} frames, of which {manifest.Input.FramesAfterTarget} after the result's own");
        Line("licence", manifest.Provenance.Licence);
        Line("paper", manifest.Provenance.Paper);
        Line("trained on", manifest.Provenance.Data);
        Line("sha-256", model.Hash);
        Line("folder", model.Folder);
        output.WriteLine();
        output.WriteLine("Trained for:");
        Range("pixel size", manifest.Domain.PixelSizeNm, "nm");
        Range("PSF σ", manifest.Domain.PsfSigmaPx, "px");
        Range("photons", manifest.Domain.Photons, "per emitter and frame");
        Range("background", manifest.Domain.BackgroundPhotons, "photons per px");
        Range("density", manifest.Domain.DensityPerUm2, "emitters per µm²");
        Line("  cameras", string.Join(", ", manifest.Domain.Camera ?? []));
        Line("  structures", manifest.Domain.Structures);
        if (manifest.Measured.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Measured:");
            foreach (ModelMeasurement m in manifest.Measured)
            {
                output.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"  {m.Metric} = {m.Value}{(m.Unit.Length > 0 ? " " + m.Unit : string.Empty)} on {m.Data}{(m.Conditions.Length > 0 ? $" ({m.Conditions})" : string.Empty)}"));
            }
        }

        output.WriteLine();
        output.WriteLine(card ?? "The package has no model card.");

        void Line(string name, string value)
        {
            if (value.Length > 0)
            {
                output.WriteLine($"{name,-14}{value}");
            }
        }

        void Range(string name, ValueRange? range, string unit)
        {
            if (range is { } known)
            {
                Line($"  {name}", string.Create(CultureInfo.InvariantCulture, $"{known.From} to {known.To} {unit}"));
            }
        }
    }
}
