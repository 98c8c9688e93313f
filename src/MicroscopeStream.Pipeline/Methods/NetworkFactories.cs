using MicroscopeStream.Inference.Execution;
using MicroscopeStream.Inference.Packages;
using MicroscopeStream.Pipeline.Methods.Video;

namespace MicroscopeStream.Pipeline.Methods;

/// <summary>Which factory runs which model.</summary>
public static class NetworkFactories
{
    /// <summary>The tasks of models that can be run, for messages.</summary>
    public const string Tasks = "localization, image, sim and video";

    /// <summary>Offers a model as a method; null: this version has no method for its task.</summary>
    /// <param name="model">Any model.</param>
    /// <param name="hosts">Where networks run.</param>
    /// <param name="methods">Where video models find their localizers.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ArgumentException">The task is known, but the model asks for what its method cannot do; the message says what.</exception>
    public static IMethodFactory? Of(ModelPackage model, ExecutionHosts hosts, MethodRegistry methods, TimeProvider time) => model.Manifest.Task switch
    {
        ModelTask.Localization => new NetworkLocalizerFactory(model, hosts),
        ModelTask.Image => new NetworkImagerFactory(model, hosts),
        ModelTask.Sim when ModelFrameOrder.IsReconstruction(model.Manifest.Input.FrameOrder) => new Sim.RefinedSimFactory(model, hosts, time),
        ModelTask.Sim => new Sim.NetworkSimFactory(model, hosts, time),
        ModelTask.Video => new NetworkVideoFactory(methods, model, hosts),
        _ => null,
    };
}
