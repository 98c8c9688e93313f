using System.Threading.Channels;
using MicroscopeStream.Core.Results;
using MicroscopeStream.Pipeline.Assembly;
using MicroscopeStream.Pipeline.Methods;
using MicroscopeStream.Pipeline.Publishing;
using MicroscopeStream.Pipeline.Sessions;

namespace MicroscopeStream.Server.Tests.Support;

/// <summary>
/// A method under the test's control: finds one localization per frame, at the mean of the frame's photons, and works only
/// while its gate is open.
/// </summary>
internal sealed class GatedMethod : IMethodFactory
{
    public const string Id = "gated";

    private readonly Channel<byte> _permits = Channel.CreateBounded<byte>(10_000);
    private volatile bool _open = true;

    public MethodDescription Description { get; } = new() { Id = Id, Task = "localization", Title = "One localization per frame, when allowed" };

    /// <summary>Frames that the method has finished.</summary>
    public int Finished { get; private set; }

    /// <summary>Lets nothing through any more.</summary>
    public void Shut() => _open = false;

    /// <summary>Lets everything through.</summary>
    public void Open()
    {
        _open = true;
        Permit(100);
    }

    /// <summary>Lets some frames through.</summary>
    public void Permit(int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            _permits.Writer.TryWrite(0);
        }
    }

    public IReadOnlyList<SpecificationProblem> Check(SessionSpecification specification) => [];

    public IReadOnlyList<Notice> Warn(SessionSpecification specification) => specification.Acquisition.PixelSizeNm > 200
        ? [new Notice(Severity.Warning, NoticeCodes.OutsideDomain, "Pixels above 200 nm are outside the domain.")]
        : [];

    public ValueTask<PreparedMethod> PrepareAsync(SessionSpecification specification, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new PreparedMethod(new Reconstruction(this), ProviderDecision.Cpu(specification.Method.Provider), 1));

    private sealed class Reconstruction(GatedMethod owner) : IReconstruction
    {
        public ProviderDecision Provider { get; } = ProviderDecision.Cpu("auto");

        public async ValueTask ReconstructAsync(AssembledInput input, ReconstructionUpdate update, CancellationToken cancellationToken)
        {
            if (!owner._open)
            {
                await owner._permits.Reader.ReadAsync(cancellationToken);
            }

            float mean = 0;
            foreach (float photons in input.Photons(0))
            {
                mean += photons;
            }

            mean /= input.Grid.PixelCount;
            if (mean == 666)
            {
                throw new InvalidOperationException("The method was made to fail on this frame.");
            }

            update.Localizations.Add(new Localization { Frame = input.Sequence, X = mean, Y = input.Sequence, Photons = mean });
            owner.Finished++;
        }

        public ValueTask DisposeAsync() => default;
    }
}
