using Grpc.Core;
using MicroscopeStream.ThirdParty.Tests.Engine;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

/// <summary>
/// Where the stand-ins refuse at once what the official assemblies let fail later or not at all. It never goes the other way:
/// what works on the stand-ins works on the official assemblies.
/// </summary>
public sealed class StricterThanOfficialTests
{
    private static Task<Metadata> Headers => Task.FromResult(new Metadata());

    [OneTimeSetUp]
    public void OnlyOnTheStandIns()
    {
        if (StandIns.AreOfficial)
        {
            Assert.Ignore("Built with GrpcContracts=Package: the official assemblies do not promise this.");
        }
    }

    [Test]
    public void Call_without_a_part_is_refused()
    {
        Assert.That(
            () => new AsyncServerStreamingCall<string>(null!, Headers, () => default, () => Metadata.Empty, () => { }),
            Throws.ArgumentNullException);
        Assert.That(
            () => new AsyncUnaryCall<string>(Task.FromResult("x"), Headers, () => default, () => Metadata.Empty, null!),
            Throws.ArgumentNullException);
    }

    [Test]
    public void Client_without_a_channel_or_a_host_is_refused()
    {
        Assert.That(() => new Echo.EchoClient((CallInvoker)null!), Throws.ArgumentNullException);
        Assert.That(() => new Echo.EchoClient((ChannelBase)null!), Throws.ArgumentNullException);
        Assert.That(() => new Echo.EchoClient(new RecordingInvoker()).WithHost(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Null_among_composed_credentials_is_refused()
    {
        var one = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

        Assert.That(() => CallCredentials.Compose(one, null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Null_method_is_refused()
        => Assert.That(
            () => ServerServiceDefinition.CreateBuilder().AddMethod(null!, (UnaryServerMethod<string, string>)null!),
            Throws.ArgumentNullException);

    [Test]
    public void Empty_and_null_keys_are_refused()
    {
        Assert.That(() => new Metadata.Entry(string.Empty, "x"), Throws.ArgumentException);
        Assert.That(() => new Metadata().Get(null!), Throws.ArgumentNullException);
        Assert.That(() => new Metadata().GetAll(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Text_form_of_a_binary_entry_shows_its_value()
        => Assert.That(new Metadata.Entry("a-bin", [0, 1]).ToString(), Does.Contain("AAE="));
}
