using MicroscopeStream.Server.Security;
using MicroscopeStream.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace MicroscopeStream.Server.Tests.Security;

/// <summary>What a token file may hold, and what happens when it changes.</summary>
public sealed class TokenFileTests
{
    private readonly Certificates _files = new();

    [OneTimeTearDown]
    public void Delete() => _files.Dispose();

    [Test]
    public void A_token_that_is_taken_out_is_refused_and_a_broken_change_changes_nothing()
    {
        var clock = new Clock();
        string path = _files.Write("changing", "one watch first-0123456789\ntwo stream second-0123456789\n");
        var file = new TokenFile(path, clock, NullLogger.Instance);
        Assert.That(file.ScopesOf("first-0123456789"), Is.EqualTo(AccessScopes.Watch));

        Change(path, "two stream,watch second-0123456789\n", 1);
        clock.Advance(2);
        Assert.That(file.ScopesOf("first-0123456789"), Is.EqualTo(AccessScopes.None));
        Assert.That(file.ScopesOf("second-0123456789"), Is.EqualTo(AccessScopes.Stream | AccessScopes.Watch));

        Change(path, "two everything second-0123456789\n", 2);
        clock.Advance(2);
        Assert.That(file.ScopesOf("second-0123456789"), Is.EqualTo(AccessScopes.Stream | AccessScopes.Watch));
    }

    [Test]
    public void A_token_is_valid_through_its_last_day()
    {
        var clock = new Clock { Now = new DateTimeOffset(2027, 1, 31, 23, 59, 59, TimeSpan.Zero) };
        var file = new TokenFile(_files.Write("dated", "one watch first-0123456789 2027-01-31\n"), clock, NullLogger.Instance);
        Assert.That(file.ScopesOf("first-0123456789"), Is.EqualTo(AccessScopes.Watch));
        clock.Now = clock.Now.AddSeconds(1);
        Assert.That(file.ScopesOf("first-0123456789"), Is.EqualTo(AccessScopes.None));
    }

    [TestCase("", "no token")]
    [TestCase("# only a remark", "no token")]
    [TestCase("one watch", "2 words")]
    [TestCase("one see first-0123456789", "'see'")]
    [TestCase("one watch short", "5 characters")]
    [TestCase("one watch sha256:12ab", "64 hexadecimal")]
    [TestCase("one watch first-0123456789 tomorrow", "'tomorrow'")]
    public void What_is_no_token_is_refused_with_its_line(string text, string said) =>
        Assert.That(
            () => new TokenFile(_files.Write("bad", text), TimeProvider.System, NullLogger.Instance),
            Throws.ArgumentException.With.Message.Contains(said).And.Message.Contains("--tokens").And.Message.Not.Contains("first-0123456789"));

    [Test]
    public void A_file_that_is_missing_or_that_others_can_read_is_refused()
    {
        Assert.That(() => new TokenFile(_files.Path("none"), TimeProvider.System, NullLogger.Instance), Throws.ArgumentException);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string path = _files.Write("open", "one watch first-0123456789\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.That(() => new TokenFile(path, TimeProvider.System, NullLogger.Instance), Throws.ArgumentException.With.Message.Contains("chmod"));
        File.WriteAllText(path, $"one watch sha256:{new string('0', 64)}\n");
        Assert.That(() => new TokenFile(path, TimeProvider.System, NullLogger.Instance), Throws.Nothing, "hashes are no secret");
    }

    private static void Change(string path, string text, int secondsLater)
    {
        DateTime before = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, before.AddSeconds(secondsLater));
    }

    private sealed class Clock : TimeProvider
    {
        private long _timestamp;

        public DateTimeOffset Now { get; set; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => _timestamp;

        public void Advance(double seconds) => _timestamp += (long)(seconds * TimestampFrequency);
    }
}
