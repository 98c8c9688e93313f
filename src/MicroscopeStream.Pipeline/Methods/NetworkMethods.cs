using MicroscopeStream.Core.Cameras;
using MicroscopeStream.Core.Frames;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Inference.Providers;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;
using InferenceDecision = MicroscopeStream.Inference.Providers.ProviderDecision;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>What the factories of all network-backed methods say alike.</summary>
internal static class NetworkMethods
{
    /// <summary>What of the acquisition lies outside the model's training.</summary>
    public static IEnumerable<Notice> OutsideDomain(ModelPackage model, AcquisitionSpecification acquisition)
    {
        var conditions = new AcquisitionConditions
        {
            PixelSizeNm = acquisition.PixelSizeNm,
            Modality = acquisition.Modality == Modality.Unspecified ? null : acquisition.Modality.ToString(),
            Camera = acquisition.Camera is null ? null : acquisition.Camera.Kind == CameraKind.Emccd ? "emccd" : "scmos",
        };
        return DomainCheck.Check(model, conditions).Select(reason => new Notice(Severity.Warning, NoticeCodes.OutsideDomain, Sentence(reason)));
    }

    /// <summary>What opening the network showed: another provider than asked for, tiles without a known overlap.</summary>
    public static IEnumerable<Notice> Opened(SessionSpecification specification, ModelPackage model, InferenceDecision provider, int tiles)
    {
        if (provider.IsFallback)
        {
            yield return new Notice(
                Severity.Warning, NoticeCodes.ProviderFallback,
                $"{specification.Method.Provider} was asked for, {provider.Used.Name()} runs: " + string.Join(" ", provider.Reasons));
        }

        if (tiles > 1 && model.Manifest.Input.Size.Overlap is null)
        {
            yield return new Notice(
                Severity.Warning, NoticeCodes.OverlapUnknown,
                $"Frames of this size run in {tiles} tiles, and {model.Id} does not tell how far its pixels reach: "
                + "there may be seams. State input.size.overlap in its model.json.");
        }
    }

    /// <summary>The problem of a frame size that a model cannot take; null: it can.</summary>
    public static SpecificationProblem? SizeProblem(Action<int, int> throwIfTooLarge, AcquisitionSpecification acquisition) =>
        SizeProblem(throwIfTooLarge, acquisition.Grid);

    /// <summary>The same of another grid than the camera's.</summary>
    public static SpecificationProblem? SizeProblem(Action<int, int> throwIfTooLarge, PixelGrid grid)
    {
        try
        {
            throwIfTooLarge(grid.Height, grid.Width);
            return null;
        }
        catch (ArgumentOutOfRangeException fault)
        {
            return new SpecificationProblem(
                "frame-size", "acquisition.width", $"{grid.Width} × {grid.Height} px",
                fault.Message.Split('\n')[0], "Choose a smaller region of interest, or another method.");
        }
    }

    /// <summary>Opens a network; what stands in the way becomes a refusal with its reasons.</summary>
    /// <exception cref="SessionRefusedException">The package cannot be run, or too many sessions use it.</exception>
    public static async ValueTask<T> OpenAsync<T>(ModelPackage model, Func<Task<T>> open)
    {
        try
        {
            return await open().ConfigureAwait(false);
        }
        catch (ModelPackageException fault)
        {
            throw new SessionRefusedException(
                RefusalReason.Unavailable,
                [.. fault.Problems.Select(problem => new SpecificationProblem("model-unusable", "method.id", model.Id, "a model that runs", problem.ToString()))],
                fault);
        }
        catch (InvalidOperationException fault)
        {
            throw new SessionRefusedException(
                RefusalReason.ResourcesExhausted,
                [new SpecificationProblem("model-busy", "method.id", model.Id, "a model with room for one more session", fault.Message)],
                fault);
        }
    }

    /// <summary>A new decision in words, and as the session's.</summary>
    public static ProviderDecision Tell(InferenceDecision now, ReconstructionUpdate update)
    {
        ProviderDecision decision = ProviderDecision.From(now);
        string why = now.Reasons.Count > 0 ? now.Reasons[^1] : string.Empty;
        update.Tell(new Notice(Severity.Warning, NoticeCodes.ProviderFallback, $"The network runs on {decision.Used} now. {why}"));
        return decision;
    }

    private static string Sentence(string reason) =>
        char.ToUpperInvariant(reason[0]) + reason[1..] + (reason.EndsWith('.') ? string.Empty : ".");
}
