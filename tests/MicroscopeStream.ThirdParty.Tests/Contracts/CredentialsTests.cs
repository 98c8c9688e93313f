using System.Text;
using Grpc.Core;

namespace MicroscopeStream.ThirdParty.Tests.Contracts;

public sealed class CredentialsTests
{
    private static readonly CallCredentials One = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
    private static readonly CallCredentials Two = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [Test]
    public void Engine_learns_what_channel_credentials_consist_of()
    {
        var pair = new KeyCertificatePair("chain", "key");

        Assert.That(Describe(ChannelCredentials.Insecure), Is.EqualTo("insecure"));
        Assert.That(Describe(ChannelCredentials.SecureSsl), Is.EqualTo("ssl   "));
        Assert.That(Describe(new SslCredentials("roots", pair, _ => true)), Is.EqualTo("ssl roots chain callback"));
        Assert.That(Describe(ChannelCredentials.Create(new SslCredentials("roots"), One)), Is.EqualTo("(ssl roots  ) + call"));
        Assert.That(Describe(ChannelCredentials.Create(ChannelCredentials.Insecure, One)), Is.EqualTo("(insecure) + call"));
    }

    [Test]
    public void Both_parts_of_joined_credentials_are_needed()
    {
        Assert.That(() => ChannelCredentials.Create(null!, One), Throws.ArgumentNullException);
        Assert.That(() => ChannelCredentials.Create(ChannelCredentials.SecureSsl, null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Composed_call_credentials_keep_their_order()
    {
        var seen = new CallParts();
        CallCredentials.Compose(One, Two).InternalPopulateConfiguration(seen, null);

        Assert.That(seen.Composed, Is.EqualTo(new[] { One, Two }));
        Assert.That(() => CallCredentials.Compose(One), Throws.ArgumentException);
        Assert.That(() => CallCredentials.FromInterceptor(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void Auth_context_finds_properties_by_name()
    {
        var name = AuthProperty.Create("x509_common_name", Encoding.UTF8.GetBytes("scope-1"));
        var context = new AuthContext("x509_common_name", new() { ["x509_common_name"] = [name], ["other"] = [AuthProperty.Create("other", [])] });

        Assert.That(context.IsPeerAuthenticated, Is.True);
        Assert.That(context.PeerIdentity.Single().Value, Is.EqualTo("scope-1"));
        Assert.That(context.Properties.Count(), Is.EqualTo(2));
        Assert.That(context.FindPropertiesByName("absent"), Is.Empty);
        var anonymous = new AuthContext(null, []);
        Assert.That(anonymous.IsPeerAuthenticated, Is.False);
        Assert.That(anonymous.PeerIdentity, Is.Empty);
    }

    private static string Describe(ChannelCredentials credentials)
    {
        var text = new StringBuilder();
        credentials.InternalPopulateConfiguration(new ChannelParts(), text);
        return text.ToString();
    }

    private sealed class ChannelParts : ChannelCredentialsConfiguratorBase
    {
        public override void SetInsecureCredentials(object state) => ((StringBuilder)state).Append("insecure");

        public override void SetSslCredentials(
            object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
            => ((StringBuilder)state).Append(
                $"ssl {rootCertificates} {keyCertificatePair?.CertificateChain} {(verifyPeerCallback is null ? null : "callback")}");

        public override void SetCompositeCredentials(
            object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
            => ((StringBuilder)state).Append($"({Describe(channelCredentials)}) + call");
    }

    private sealed class CallParts : CallCredentialsConfiguratorBase
    {
        public IReadOnlyList<CallCredentials>? Composed { get; private set; }

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) => Composed = credentials;

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor)
            => throw new AssertionException("These credentials are composed.");
    }
}
