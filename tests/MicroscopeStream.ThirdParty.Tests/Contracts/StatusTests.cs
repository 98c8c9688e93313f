using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class StatusTests
{
    // Source: the gRPC status codes description; the numbers go over the wire.
    [TestCase(StatusCode.OK, 0)]
    [TestCase(StatusCode.Cancelled, 1)]
    [TestCase(StatusCode.Unknown, 2)]
    [TestCase(StatusCode.InvalidArgument, 3)]
    [TestCase(StatusCode.DeadlineExceeded, 4)]
    [TestCase(StatusCode.NotFound, 5)]
    [TestCase(StatusCode.AlreadyExists, 6)]
    [TestCase(StatusCode.PermissionDenied, 7)]
    [TestCase(StatusCode.ResourceExhausted, 8)]
    [TestCase(StatusCode.FailedPrecondition, 9)]
    [TestCase(StatusCode.Aborted, 10)]
    [TestCase(StatusCode.OutOfRange, 11)]
    [TestCase(StatusCode.Unimplemented, 12)]
    [TestCase(StatusCode.Internal, 13)]
    [TestCase(StatusCode.Unavailable, 14)]
    [TestCase(StatusCode.DataLoss, 15)]
    [TestCase(StatusCode.Unauthenticated, 16)]
    public void Code_has_its_number_on_the_wire(StatusCode code, int number)
        => Assert.That((int)code, Is.EqualTo(number));

    [Test]
    public void Status_keeps_its_parts_and_says_them()
    {
        var cause = new InvalidDataException("bad frame");
        var status = new Status(StatusCode.DataLoss, "frame 3", cause);

        Assert.That(status.StatusCode, Is.EqualTo(StatusCode.DataLoss));
        Assert.That(status.Detail, Is.EqualTo("frame 3"));
        Assert.That(status.DebugException, Is.SameAs(cause));
        Assert.That(status.ToString(), Does.Contain("DataLoss").And.Contain("frame 3").And.Contain("bad frame"));
        Assert.That(new Status(StatusCode.NotFound, "x").ToString(), Is.EqualTo("Status(StatusCode=\"NotFound\", Detail=\"x\")"));
    }

    [Test]
    public void Defaults_are_ok_and_cancelled()
    {
        Assert.That(Status.DefaultSuccess, Is.EqualTo(new Status(StatusCode.OK, string.Empty)));
        Assert.That(Status.DefaultCancelled, Is.EqualTo(new Status(StatusCode.Cancelled, string.Empty)));
    }
}
