using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class RpcExceptionTests
{
    private static readonly Status Lost = new(StatusCode.DataLoss, "frame 3", new InvalidDataException("bad frame"));

    [Test]
    public void Message_is_the_status_unless_given()
    {
        Assert.That(new RpcException(Lost).Message, Is.EqualTo(Lost.ToString()));
        Assert.That(new RpcException(Lost, "own").Message, Is.EqualTo("own"));
        Assert.That(new RpcException(Lost, [], "own").Message, Is.EqualTo("own"));
        Assert.That(new RpcException(Lost, new Metadata()).Message, Is.EqualTo(Lost.ToString()));
    }

    [Test]
    public void Status_and_its_cause_are_kept()
    {
        var exception = new RpcException(Lost);

        Assert.That(exception.Status, Is.EqualTo(Lost));
        Assert.That(exception.StatusCode, Is.EqualTo(StatusCode.DataLoss));
        Assert.That(exception.InnerException, Is.SameAs(Lost.DebugException));
    }

    [Test]
    public void Trailers_are_those_given_and_never_null()
    {
        var trailers = new Metadata { { "a", "1" } };

        Assert.That(new RpcException(Lost, trailers).Trailers, Is.SameAs(trailers));
        Assert.That(new RpcException(Lost).Trailers, Is.Empty);
        Assert.That(() => new RpcException(Lost, (Metadata)null!), Throws.ArgumentNullException);
    }
}
