namespace MicroscopeStream.Cli.Reports;

/// <summary>Structured illumination as it was last judged.</summary>
internal sealed record SimSection
{
    /// <summary>[x, y] of each carrier of order 1 in use, 1/µm.</summary>
    public required IReadOnlyList<double[]> CarriersPerUm { get; init; }

    /// <summary>Of each of them, in the frames judged.</summary>
    public required IReadOnlyList<double> ModulationDepth { get; init; }

    /// <summary>Null where too few phases came to measure it.</summary>
    public required double? ModulationContrast { get; init; }

    /// <summary>as_stated, rearranged or unclear.</summary>
    public required string Order { get; init; }

    /// <summary>Per frame of a group its place in the stated order, as its phases say.</summary>
    public required IReadOnlyList<int> Places { get; init; }

    /// <summary>What the result does not explain of the frames, over the noise, median over the field.</summary>
    public required double? MedianResidual { get; init; }

    /// <summary>Share of the field where that is more than 3.</summary>
    public required double? UnexplainedShare { get; init; }

    /// <summary>The finest resolution that lens and pattern allow.</summary>
    public required double? LimitNm { get; init; }

    /// <summary>Whole groups whose images came in full: pages of superres.tif.</summary>
    public required long Images { get; init; }

    /// <summary>Times that the pattern was estimated for use.</summary>
    public required int Calibrations { get; init; }
}
