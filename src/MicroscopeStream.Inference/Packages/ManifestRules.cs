namespace MicroscopeStream.Inference.Packages;

/// <summary>What the schema cannot say: rules between fields.</summary>
internal static class ManifestRules
{
    /// <summary>Faults of a manifest that fits the schema: field, message, remedy.</summary>
    public static IEnumerable<(string Field, string Message, string Remedy)> Check(ModelManifest manifest)
    {
        ModelInput input = manifest.Input;
        if (input.Target >= input.Frames)
        {
            yield return (
                "input.target",
                $"is {input.Target} in a window of {input.Frames} frames.",
                $"Write an index from 0 to {input.Frames - 1}.");
        }

        if (input.MissingFrame == MissingFrame.ZeroFeatures && !Outputs(manifest, GraphOutputKind.Features).Any())
        {
            yield return ("input.missing_frame", "is \"zero-features\", but no network puts out features.", "Write \"zero-frame\".");
        }

        if (input.Size.Minimum > input.Size.Maximum)
        {
            yield return ("input.size.minimum", $"is {input.Size.Minimum}, above input.size.maximum {input.Size.Maximum}.", "Swap them.");
        }

        (string, string, string)[] further = [.. CheckReconstruction(manifest), .. CheckNormalization(input.Normalization), .. CheckGraphs(manifest), .. CheckStates(manifest), .. CheckChannels(manifest.Output), .. CheckRanges(manifest.Domain)];
        foreach ((string, string, string) fault in further)
        {
            yield return fault;
        }

        foreach ((string name, ModelGraph graph) in manifest.Graphs)
        {
            if (!manifest.Provenance.Sha256.ContainsKey(graph.File))
            {
                yield return (
                    $"provenance.sha256.{graph.File}", "is missing.", $"Add the SHA-256 of {graph.File}, the file of graphs.{name}.");
            }
        }

        if (manifest.Task == ModelTask.Localization && manifest.Readout is null)
        {
            yield return ("readout", "is missing.", "A localization model must say how its maps are read out.");
        }
    }

    /// <summary>A reconstruction to be refined: two planes, and an image on their grid.</summary>
    private static IEnumerable<(string Field, string Message, string Remedy)> CheckReconstruction(ModelManifest manifest)
    {
        ModelInput input = manifest.Input;
        bool first = input.Phases == ModelFrameOrder.FirstPhase;
        if (first && input.FrameOrder != ModelFrameOrder.RichardsonLucy)
        {
            yield return (
                "input.phases", $"is \"first\" with the frame order {input.FrameOrder}.",
                $"Only the order {ModelFrameOrder.RichardsonLucy} leaves phases out: remove it.");
        }

        if (!ModelFrameOrder.IsReconstruction(input.FrameOrder))
        {
            yield break;
        }

        if (manifest.Task != ModelTask.Sim)
        {
            yield return ("input.frame_order", $"is {input.FrameOrder}, which only the task sim has.", "Write the task sim, or another order.");
        }

        if (input.Frames != 2)
        {
            yield return ("input.frames", $"is {input.Frames} with the frame order {input.FrameOrder}.", "Write 2: the reconstruction, then the widefield image.");
        }

        if (manifest.Output.Upscale != 1)
        {
            yield return (
                "output.upscale", $"is {manifest.Output.Upscale} with the frame order {input.FrameOrder}.",
                "Write 1: the reconstruction lies on the finer grid already.");
        }
    }

    private static IEnumerable<(string Field, string Message, string Remedy)> CheckNormalization(ModelNormalization said)
    {
        bool fromFrames = said.Kind is NormalizationKind.Percentile or NormalizationKind.MinMax or NormalizationKind.MeanStd;
        if (fromFrames != (said.Scope != NormalizationScope.Constant))
        {
            yield return (
                "input.normalization.scope",
                fromFrames ? "is constant, but the kind takes its numbers from the frames." : "names frames, but the kind takes no numbers from them.",
                fromFrames ? "Write frame or stack." : "Write constant.");
        }

        if (said.Kind == NormalizationKind.Percentile && !(said.Low < said.High))
        {
            yield return ("input.normalization.low", "and high must both be there, low below high.", "Write for example 3 and 99.8.");
        }
    }

    private static IEnumerable<(string Field, string Message, string Remedy)> CheckGraphs(ModelManifest manifest)
    {
        ModelInput input = manifest.Input;
        (string Graph, string Output)[] features = [.. Outputs(manifest, GraphOutputKind.Features)];
        int maps = Outputs(manifest, GraphOutputKind.Maps).Count();
        if (maps != 1)
        {
            yield return ("graphs", $"have {maps} outputs that are maps.", "Mark exactly one output with \"is\": \"maps\".");
        }

        foreach ((string name, ModelGraph graph) in manifest.Graphs)
        {
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                GraphInput one = graph.Inputs[i];
                string field = $"graphs.{name}.inputs[{i}]";
                if (one.Is != GraphInputKind.Features)
                {
                    if (one.Offset != 0)
                    {
                        yield return ($"{field}.offset", $"is {one.Offset}.", "Only features have an offset: remove it.");
                    }

                    continue;
                }

                if (one.Offset < -input.Target || one.Offset > input.FramesAfterTarget)
                {
                    yield return (
                        $"{field}.offset",
                        $"is {one.Offset}, outside the window.",
                        $"With {input.Frames} frames and target {input.Target} it can be {-input.Target} to {input.FramesAfterTarget}.");
                }

                int sources = features.Count(output => one.From is null || output.Output == one.From);
                if (sources != 1)
                {
                    yield return (
                        one.From is null ? $"{field}.is" : $"{field}.from",
                        sources == 0 ? "names features that no network puts out." : "could be any of several features.",
                        sources == 0 ? "Mark an output of the per-frame network with \"is\": \"features\"." : "Say which with \"from\".");
                }
            }
        }
    }

    private static IEnumerable<(string Field, string Message, string Remedy)> CheckStates(ModelManifest manifest)
    {
        foreach ((string name, ModelGraph graph) in manifest.Graphs)
        {
            string[] outputs = [.. graph.Outputs.Where(one => one.Is == GraphOutputKind.State).Select(one => one.Name)];
            for (int i = 0; i < graph.Inputs.Count; i++)
            {
                GraphInput one = graph.Inputs[i];
                if (one.Is != GraphInputKind.State)
                {
                    continue;
                }

                string field = $"graphs.{name}.inputs[{i}]";
                if (one.From is null || !outputs.Contains(one.From))
                {
                    yield return ($"{field}.from", "names no state that this network puts out.", "Name an output marked with \"is\": \"state\".");
                }

                if (one.Channels < 1)
                {
                    yield return ($"{field}.channels", "is missing.", "Say how many channels the state has.");
                }

                if (manifest.Input.Size.Multiple % one.Stride != 0)
                {
                    yield return (
                        $"{field}.stride",
                        $"is {one.Stride}, of which input.size.multiple {manifest.Input.Size.Multiple} is no multiple.",
                        "Frames must be padded to whole elements of the state.");
                }
            }

            foreach (string output in outputs)
            {
                int readers = graph.Inputs.Count(one => one.Is == GraphInputKind.State && one.From == output);
                if (readers != 1)
                {
                    yield return (
                        $"graphs.{name}.outputs",
                        $"have the state \"{output}\", which {readers} inputs take.",
                        "Let exactly one input of the same network take each state.");
                }
            }
        }
    }

    private static IEnumerable<(string Graph, string Output)> Outputs(ModelManifest manifest, GraphOutputKind kind) =>
        from graph in manifest.Graphs
        from output in graph.Value.Outputs
        where output.Is == kind
        select (graph.Key, output.Name);

    private static IEnumerable<(string Field, string Message, string Remedy)> CheckChannels(ModelOutput output)
    {
        var seen = new HashSet<string>();
        for (int i = 0; i < output.Channels.Count; i++)
        {
            if (!seen.Add(output.Channels[i].Name))
            {
                yield return (
                    $"output.channels[{i}].name",
                    $"is \"{output.Channels[i].Name}\" a second time.",
                    "Give every channel a name of its own.");
            }
        }

        if (output.LookAhead is { } slices && slices != 0 && output.Channels.All(channel => channel.SlicesAgo != slices))
        {
            yield return ("output.look_ahead", $"is {slices}, but no channel shows the slice {slices} slices ago.", "Write the slices_ago of a channel, or 0.");
        }
    }

    private static IEnumerable<(string Field, string Message, string Remedy)> CheckRanges(ModelDomain domain)
    {
        (string Name, ValueRange? Range)[] ranges =
        [
            ("pixel_size_nm", domain.PixelSizeNm), ("psf_sigma_px", domain.PsfSigmaPx), ("photons", domain.Photons),
            ("background_photons", domain.BackgroundPhotons), ("density_per_um2", domain.DensityPerUm2),
            ("precision_px", domain.PrecisionPx),
        ];
        return from entry in ranges
               where entry.Range is ValueRange range && !(range.From <= range.To)
               select ($"domain.{entry.Name}", "ends before it begins.", "Write [from, to] with from ≤ to.");
    }
}
