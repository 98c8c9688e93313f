using MicroscopeStream.Core.Results;
using MicroscopeStream.StructuredIllumination.Patterns;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Makes images of frames whose pattern is known. One thread at a time.</summary>
internal interface ISimImager
{
    /// <summary>What its images hold of the object; null: they are no linear image of it.</summary>
    ResultTransfer? Made { get; }

    /// <summary>Whether every frame that it needs has come since it was made or reset.</summary>
    bool IsComplete { get; }

    /// <summary>Forgets all frames.</summary>
    void Reset();

    /// <summary>Puts a frame into its place.</summary>
    /// <param name="place">Its place in the group.</param>
    /// <param name="frame">Photons, row-major (y, x).</param>
    void Add(int place, ReadOnlySpan<float> frame);

    /// <summary>The image of the frames that are there.</summary>
    /// <param name="image">Gets it, row-major (y, x) on the method's output grid.</param>
    /// <param name="update">Where to tell what happens on the way; null: nobody listens.</param>
    /// <param name="cancellationToken">The session is aborted.</param>
    ValueTask RenderAsync(float[] image, ReconstructionUpdate? update, CancellationToken cancellationToken);

    /// <summary>The verdict with what speaks against the last image besides, as far as it is known at once. Default: nothing does.</summary>
    TrustReport Check(TrustReport verdict) => verdict;

    /// <summary>Keeps what <see cref="Judge"/> needs of the last image. Default: nothing.</summary>
    void Keep()
    {
    }

    /// <summary>The report with what speaks against the image kept for it besides; called beside the other calls. Default: nothing does.</summary>
    /// <param name="image">A copy of the image after which <see cref="Keep"/> was called.</param>
    /// <param name="report">What was found so far.</param>
    TrustReport Judge(float[] image, TrustReport report) => report;
}

/// <summary>Makes what makes images.</summary>
/// <param name="pattern">The pattern.</param>
/// <param name="frames">A group's frames, one after the other by their places, to suit settings to.</param>
/// <param name="noise">The camera's noise; null: the frames themselves show it.</param>
internal delegate ISimImager SimImaging(IlluminationPattern pattern, float[] frames, NoiseModel? noise);
