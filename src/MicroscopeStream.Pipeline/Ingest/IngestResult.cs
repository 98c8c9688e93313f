using MicroscopeStream.Pipeline.Accounting;

namespace MicroscopeStream.Pipeline.Ingest;

/// <summary>What became of an offered frame. The session counted it either way.</summary>
/// <param name="Accepted">Whether the frame is on its way; otherwise its buffer is already back in the pool.</param>
/// <param name="Cause">Why not, when refused.</param>
/// <param name="ReceivedThrough">Highest sequence number taken over so far; −1: none.</param>
/// <param name="Received">Frames received so far, valid or not.</param>
/// <param name="Credits">Frames that may be sent beyond <paramref name="ReceivedThrough"/> without waiting; never 0 in a live session.</param>
public readonly record struct IngestResult(bool Accepted, DropCause? Cause, long ReceivedThrough, long Received, int Credits);
