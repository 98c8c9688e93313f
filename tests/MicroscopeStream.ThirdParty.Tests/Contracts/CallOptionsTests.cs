using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class CallOptionsTests
{
    [Test]
    public void Each_change_gives_a_copy_and_leaves_the_rest()
    {
        var headers = new Metadata();
        using var source = new CancellationTokenSource();
        var credentials = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        var writeOptions = new WriteOptions(WriteFlags.NoCompress);
        var before = new CallOptions(cancellationToken: source.Token);

        CallOptions after = before.WithHeaders(headers).WithDeadline(DateTime.UnixEpoch).WithWriteOptions(writeOptions)
            .WithCredentials(credentials).WithWaitForReady();

        Assert.That(before.Headers, Is.Null);
        Assert.That(before.IsWaitForReady, Is.False);
        Assert.That(after.Headers, Is.SameAs(headers));
        Assert.That(after.Deadline, Is.EqualTo(DateTime.UnixEpoch));
        Assert.That(after.CancellationToken, Is.EqualTo(source.Token));
        Assert.That(after.WriteOptions, Is.SameAs(writeOptions));
        Assert.That(after.Credentials, Is.SameAs(credentials));
        Assert.That(after.IsWaitForReady, Is.True);
        Assert.That(after.WithCancellationToken(default).CancellationToken, Is.EqualTo(CancellationToken.None));
        Assert.That(after.WithWaitForReady(false).IsWaitForReady, Is.False);
        Assert.That(after.PropagationToken, Is.Null);
    }
}
