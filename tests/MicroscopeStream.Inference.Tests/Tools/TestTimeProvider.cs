namespace MicroscopeStream.Inference.Tests.Tools;

/// <summary>A clock that moves when told to.</summary>
internal sealed class TestTimeProvider : TimeProvider
{
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
