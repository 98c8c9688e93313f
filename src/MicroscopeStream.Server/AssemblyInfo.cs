using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("MicroscopeStream.Server.Tests")]
