using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core.Utils;

/// <summary>Argument and state checks with the exceptions that gRPC documents. Stateless and thread-safe.</summary>
public static class GrpcPreconditions
{
    /// <summary>Requires an argument condition.</summary>
    /// <param name="condition">What must hold.</param>
    /// <exception cref="ArgumentException"><paramref name="condition"/> is false.</exception>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
        {
            throw new ArgumentException("An argument does not meet its condition.");
        }
    }

    /// <summary>Requires an argument condition.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="errorMessage">The message of the exception.</param>
    /// <exception cref="ArgumentException"><paramref name="condition"/> is false.</exception>
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new ArgumentException(errorMessage);
        }
    }

    /// <summary>Requires a reference.</summary>
    /// <typeparam name="T">The type of the reference.</typeparam>
    /// <param name="reference">What must not be null.</param>
    /// <returns><paramref name="reference"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reference"/> is null.</exception>
    public static T CheckNotNull<T>([NotNull] T? reference)
        => CheckNotNull(reference, nameof(reference));

    /// <summary>Requires a named reference.</summary>
    /// <typeparam name="T">The type of the reference.</typeparam>
    /// <param name="reference">What must not be null.</param>
    /// <param name="paramName">The name of the parameter, for the exception.</param>
    /// <returns><paramref name="reference"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="reference"/> is null.</exception>
    public static T CheckNotNull<T>([NotNull] T? reference, string paramName)
        => reference is null ? throw new ArgumentNullException(paramName) : reference;

    /// <summary>Requires a state.</summary>
    /// <param name="condition">What must hold.</param>
    /// <exception cref="InvalidOperationException"><paramref name="condition"/> is false.</exception>
    public static void CheckState([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException();
        }
    }

    /// <summary>Requires a state.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="errorMessage">The message of the exception.</param>
    /// <exception cref="InvalidOperationException"><paramref name="condition"/> is false.</exception>
    public static void CheckState([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
        {
            throw new InvalidOperationException(errorMessage);
        }
    }
}
