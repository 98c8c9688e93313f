using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MicroscopeStream.Server.Tests")]
[assembly: InternalsVisibleTo("MicroscopeStream.Benchmarks")]
