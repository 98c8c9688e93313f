namespace MicroscopeStream.Cli;

/// <summary>What mstream's exit status means; listed in docs/reference/cli.md and under every <c>--help</c>.</summary>
public static class ExitCodes
{
    /// <summary>Done, and everything was written.</summary>
    public const int Success = 0;

    /// <summary>Something failed that no other code names.</summary>
    public const int Failed = 1;

    /// <summary>The command line cannot be understood, or an option has an impossible value.</summary>
    public const int Usage = 2;

    /// <summary>An input file is missing, damaged or of the wrong kind. What came before the damage was worked on and kept.</summary>
    public const int BadInput = 3;

    /// <summary>The service cannot be reached, refused the acquisition, or ended it.</summary>
    public const int Service = 4;

    /// <summary>An output could not be written. The stream itself went on to its end.</summary>
    public const int Output = 5;

    /// <summary>Interrupted (Ctrl-C, SIGTERM). What had come so far was written.</summary>
    public const int Interrupted = 130;

    internal const string Help =
        """
        Exit codes:
          0    done
          1    failed
          2    the command line cannot be understood
          3    an input file is missing, damaged or of the wrong kind
          4    the service cannot be reached, or refused
          5    an output could not be written
          130  interrupted
        """;
}
