using Microsoft.ML.OnnxRuntime;

namespace MicroscopeStream.Inference.Tests;

public class BindingTests
{
    [Test]
    public void The_native_library_loads_and_is_the_version_the_binding_was_written_for()
    {
        Assert.That(OrtEnv.Instance().GetVersionString(), Does.StartWith("1."));
        Assert.That(OrtEnv.Instance().GetAvailableProviders(), Does.Contain("CPUExecutionProvider"));
    }
}
