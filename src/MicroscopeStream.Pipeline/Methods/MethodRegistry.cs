using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>The methods that sessions can ask for, by id.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class MethodRegistry
{
    private ImmutableSortedDictionary<string, IMethodFactory> _factories =
        ImmutableSortedDictionary.Create<string, IMethodFactory>(StringComparer.Ordinal);

    /// <summary>Makes a registry that holds <see cref="WidefieldMean"/>.</summary>
    public MethodRegistry() => Register(new WidefieldMeanFactory());

    /// <summary>Every method, by id.</summary>
    public IReadOnlyCollection<IMethodFactory> All => [.. _factories.Values];

    /// <summary>Every id, sorted.</summary>
    public IReadOnlyCollection<string> Ids => [.. _factories.Keys];

    /// <summary>Adds a method, or replaces the one of the same id: running sessions keep what they have.</summary>
    /// <param name="factory">The method's factory.</param>
    /// <exception cref="ArgumentException">Its description is impossible: an empty id, or a window that does not hold its look-ahead.</exception>
    public void Register(IMethodFactory factory)
    {
        MethodDescription description = factory.Description;
        if (description.Id.Length == 0)
        {
            throw new ArgumentException("A method needs an id.", nameof(factory));
        }

        if (description.WindowFrames is < 1 or > Assembly.AssembledInput.LargestWindow
            || description.LookAheadFrames < 0
            || description.LookAheadFrames >= description.WindowFrames)
        {
            throw new ArgumentException(
                $"Method {description.Id} asks for a window of {description.WindowFrames} frames, {description.LookAheadFrames} of them ahead; "
                + $"windows hold 1 to {Assembly.AssembledInput.LargestWindow}, the target included.",
                nameof(factory));
        }

        ImmutableInterlocked.Update(ref _factories, static (all, added) => all.SetItem(added.Description.Id, added), factory);
    }

    /// <summary>Finds a method.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="factory">Its factory.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryFind(string id, [NotNullWhen(true)] out IMethodFactory? factory) => _factories.TryGetValue(id, out factory);
}
