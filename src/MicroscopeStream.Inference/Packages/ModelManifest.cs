namespace MicroscopeStream.Inference.Packages;

/// <summary>What <c>model.json</c> says. The schema (<c>onnx-models/model.schema.json</c>) documents every field and its range.</summary>
/// <remarks>
/// Treat as immutable. Fields with a default have setters all the same, because generated deserializers overwrite the defaults of
/// init-only ones when the JSON does not mention them.
/// </remarks>
public sealed record ModelManifest
{
    /// <summary>The name by which sessions ask for the model.</summary>
    public required string Id { get; init; }

    /// <summary>Semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>One line for people.</summary>
    public required string Title { get; init; }

    /// <summary>What the model is for.</summary>
    public required ModelTask Task { get; init; }

    /// <summary>The networks, by the name that the manifest gives them.</summary>
    public required IReadOnlyDictionary<string, ModelGraph> Graphs { get; init; }

    /// <summary>What a window of frames must look like.</summary>
    public required ModelInput Input { get; init; }

    /// <summary>What the maps mean.</summary>
    public required ModelOutput Output { get; init; }

    /// <summary>Thresholds and rules for localization maps; null for other tasks.</summary>
    public ModelReadout? Readout { get; init; }

    /// <summary>What the model was trained for.</summary>
    public required ModelDomain Domain { get; init; }

    /// <summary>Where the model comes from.</summary>
    public required ModelProvenance Provenance { get; init; }

    /// <summary>The figures of the model card.</summary>
    public IReadOnlyList<ModelMeasurement> Measured { get; set; } = [];
}

/// <summary>Where a model comes from.</summary>
public sealed record ModelProvenance
{
    /// <summary>Training recipe, or empty.</summary>
    public string Recipe { get; set; } = "";

    /// <summary>Commit of the training code, or empty.</summary>
    public string Commit { get; set; } = "";

    /// <summary>What it was trained on, or empty.</summary>
    public string Data { get; set; } = "";

    /// <summary>SPDX identifier of the licence.</summary>
    public required string Licence { get; init; }

    /// <summary>DOI of the paper it follows, or empty.</summary>
    public string Paper { get; set; } = "";

    /// <summary>Numbers of the training run, such as steps, minutes and emitters; null where the manifest has none.</summary>
    public IReadOnlyDictionary<string, double>? Training { get; init; }

    /// <summary>SHA-256 of each graph file, lower-case hexadecimal, by file name.</summary>
    public required IReadOnlyDictionary<string, string> Sha256 { get; init; }
}

/// <summary>One figure of the model card.</summary>
public sealed record ModelMeasurement
{
    /// <summary>Data set.</summary>
    public required string Data { get; init; }

    /// <summary>Metric and its definition.</summary>
    public required string Metric { get; init; }

    /// <summary>The figure.</summary>
    public required double Value { get; init; }

    /// <summary>Its unit, or empty.</summary>
    public string Unit { get; set; } = "";

    /// <summary>Under which conditions it was measured, or empty.</summary>
    public string Conditions { get; set; } = "";

    /// <summary>The command that measures it, or empty.</summary>
    public string Command { get; set; } = "";
}
