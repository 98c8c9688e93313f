using System.Runtime.InteropServices;
using MicroscopeStream.Cli.Terminal;

namespace MicroscopeStream.Cli;

/// <summary>The mstream program.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var interruption = new Interruption();

        // The first signal asks for an orderly end, the second one takes the process down.
        using PosixSignalRegistration sigInt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration sigTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        return await MstreamCommand.InvokeAsync(args, MstreamConsole.System(), TimeProvider.System, interruption.Token);

        void OnSignal(PosixSignalContext context) => context.Cancel = interruption.Request();
    }

    private sealed class Interruption : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private int _requests;

        internal CancellationToken Token => _source.Token;

        /// <summary>Asks for an orderly end.</summary>
        /// <returns>Whether this was the first request.</returns>
        internal bool Request()
        {
            if (Interlocked.Increment(ref _requests) > 1)
            {
                return false;
            }

            _source.Cancel();
            return true;
        }

        public void Dispose() => _source.Dispose();
    }
}
