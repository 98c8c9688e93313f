using MicroscopeStream.Contract.V1;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Server.Models;

/// <summary>Model packages as the contract says them.</summary>
internal static class ModelMessages
{
    public static DescribeModelResponse ToMessage(ModelPackage model)
    {
        ModelManifest manifest = model.Manifest;
        var message = new DescribeModelResponse
        {
            Info = new ModelInfo { Id = model.Id, Version = manifest.Version, Task = TaskName(manifest.Task), Title = manifest.Title },
            WindowFrames = (uint)manifest.Input.Frames,
            LookAheadFrames = (uint)manifest.Input.FramesAfterTarget,
            Licence = manifest.Provenance.Licence,
            Paper = manifest.Provenance.Paper,
            Card = Text(model.ReadCard),
            PackageJson = Text(model.ReadManifestText),
        };
        message.Domain.AddRange(Ranges(manifest.Domain));
        message.Measured.AddRange(manifest.Measured.Select(figure => new MeasuredFigure
        {
            Data = figure.Data,
            Metric = figure.Unit.Length == 0 ? figure.Metric : $"{figure.Metric} ({figure.Unit})",
            Value = figure.Value,
            Conditions = figure.Conditions,
            Command = figure.Command,
        }));
        return message;
    }

    // A card that cannot be read is no reason to leave out a model that runs.
    private static string Text(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "The file cannot be read on the service's machine, or is too long.";
        }
    }

    public static BrokenModel ToMessage(BrokenModelPackage broken) => new()
    {
        // The name alone: a remote client has no use for this machine's paths.
        Folder = Path.GetFileName(broken.Folder),
        Problems = { broken.Problems.Select(problem => Sentence(problem)) },
    };

    public static string TaskName(ModelTask task) => task.ToString().ToLowerInvariant();

    private static string Sentence(ModelPackageProblem problem) =>
        $"{Path.GetFileName(problem.File)}: {(problem.Field.Length > 0 ? problem.Field + ": " : "")}{problem.Message} {problem.Remedy}";

    private static IEnumerable<DomainRange> Ranges(ModelDomain domain)
    {
        (string Quantity, ValueRange? Range)[] all =
        [
            ("pixel_size_nm", domain.PixelSizeNm),
            ("psf_sigma_px", domain.PsfSigmaPx),
            ("photons", domain.Photons),
            ("background_photons", domain.BackgroundPhotons),
            ("density_per_um2", domain.DensityPerUm2),
            ("precision_px", domain.PrecisionPx),
        ];
        return all.Where(one => one.Range is not null)
            .Select(one => new DomainRange { Quantity = one.Quantity, Minimum = one.Range!.Value.From, Maximum = one.Range.Value.To });
    }
}
