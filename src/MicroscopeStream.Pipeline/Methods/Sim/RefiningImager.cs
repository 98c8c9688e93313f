using MicroscopeStream.Core.Results;
using MicroscopeStream.Imaging.Resampling;
using MicroscopeStream.StructuredIllumination.Trust;

namespace MicroscopeStream.Pipeline.Methods.Sim;

/// <summary>Images of a reconstruction that a network refines, given the mean of the same frames beside it.</summary>
internal sealed class RefiningImager : ISimImager
{
    private const string TooFew =
        "These frames do not determine an image by themselves: what they leave open comes from the network's training. Record a whole group now and then to hold it against.";

    private readonly ISimImager _inner;
    private readonly RefiningNetwork _network;
    private readonly int[] _frames;
    private readonly string _name;
    private readonly bool _determined;
    private readonly NetworkAgreement _agreement;
    private readonly GridDoubler _doubler;
    private readonly float[][] _newest;
    private readonly float[] _mean;
    private readonly float[] _widefield;
    private readonly float[] _reconstruction;
    private readonly float[] _kept;

    /// <param name="inner">Makes the reconstruction.</param>
    /// <param name="network">Refines it; stays the caller's.</param>
    /// <param name="acquisition">Lens and grids.</param>
    /// <param name="frames">Places of the frames that the reconstruction is made of.</param>
    /// <param name="name">What the reconstruction is called.</param>
    /// <param name="determined">Whether those frames determine an image by themselves.</param>
    public RefiningImager(ISimImager inner, RefiningNetwork network, SimAcquisition acquisition, int[] frames, string name, bool determined)
    {
        (_inner, _network, _frames, _name, _determined) = (inner, network, frames, name, determined);
        int area = acquisition.Frame.PixelCount, fine = acquisition.Result.PixelCount;
        _agreement = new NetworkAgreement(acquisition.Result, acquisition.Transfer);
        _doubler = new GridDoubler(acquisition.Frame.Width, acquisition.Frame.Height);
        (_newest, _mean) = ([.. frames.Select(_ => new float[area])], new float[area]);
        (_widefield, _reconstruction, _kept) = (new float[fine], new float[fine], new float[fine]);
    }

    /// <summary>The object as it is: what the networks are trained to give.</summary>
    public ResultTransfer? Made => ResultTransfer.Whole;

    /// <inheritdoc/>
    public bool IsComplete => _inner.IsComplete;

    /// <summary>Bytes that it holds beside what makes the reconstruction.</summary>
    public static long HeldBytes(SimAcquisition acquisition) =>
        sizeof(float) * (((acquisition.Order.FramesPerImage + 1L) * acquisition.Frame.PixelCount) + (5L * acquisition.Result.PixelCount));

    /// <inheritdoc/>
    public void Reset() => _inner.Reset();

    /// <inheritdoc/>
    public void Add(int place, ReadOnlySpan<float> frame)
    {
        _inner.Add(place, frame);
        int own = Array.IndexOf(_frames, place);
        if (own >= 0)
        {
            frame.CopyTo(_newest[own]);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RenderAsync(float[] image, ReconstructionUpdate? update, CancellationToken cancellationToken)
    {
        await _inner.RenderAsync(_reconstruction, update, cancellationToken).ConfigureAwait(false);
        Array.Clear(_mean);
        foreach (float[] frame in _newest)
        {
            for (int i = 0; i < _mean.Length; i++)
            {
                _mean[i] += frame[i] / _newest.Length;
            }
        }

        _doubler.Apply(_mean, _widefield);
        await _network.RefineAsync(_reconstruction, _widefield, _newest[0], image, update, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public TrustReport Check(TrustReport verdict)
    {
        TrustReport report = _determined ? verdict : verdict.With(TrustLevel.Caution, TooFew);
        foreach (string reason in _network.Report.Reasons)
        {
            report = report.With(_network.Report.Level, reason);
        }

        return report;
    }

    /// <inheritdoc/>
    public void Keep() => _reconstruction.CopyTo(_kept, 0);

    /// <inheritdoc/>
    public TrustReport Judge(float[] image, TrustReport report) => _agreement.Check(image, _kept, _name, report);
}
