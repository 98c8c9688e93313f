namespace MicroscopeStream.Inference.Packages;

/// <summary>One thing wrong with a model package.</summary>
/// <param name="File">The file, with its path.</param>
/// <param name="Field">The JSON field, for example <c>graphs.frame.file</c>; empty when the file as a whole is meant.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ModelPackageProblem(string File, string Field, string Message, string Remedy)
{
    /// <summary>Everything in one sentence or two.</summary>
    public override string ToString() => $"{File}: {(Field.Length > 0 ? Field + ": " : "")}{Message} {Remedy}";
}

/// <summary>A model package cannot be used; <see cref="Problems"/> says why, one entry per fault.</summary>
public sealed class ModelPackageException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="problems">At least one.</param>
    /// <param name="innerException">What the runtime said, if it did.</param>
    public ModelPackageException(IReadOnlyList<ModelPackageProblem> problems, Exception? innerException = null)
        : base(string.Join(Environment.NewLine, problems), innerException) => Problems = problems;

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ModelPackageProblem> Problems { get; }
}
