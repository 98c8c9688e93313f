using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Which factory runs which model.</summary>
public static class NetworkFactories
{
    /// <summary>The tasks of models that can be run, for messages.</summary>
    public const string Tasks = "localization and image";

    /// <summary>Offers a model as a method; null: this version has no method for its task.</summary>
    /// <param name="model">Any model.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <exception cref="ArgumentException">The task is known, but the model asks for what its method cannot do; the message says what.</exception>
    public static IMethodFactory? Of(ModelPackage model, ExecutionHosts hosts) => model.Manifest.Task switch
    {
        ModelTask.Localization => new NetworkLocalizerFactory(model, hosts),
        ModelTask.Image => new NetworkImagerFactory(model, hosts),
        _ => null,
    };
}
