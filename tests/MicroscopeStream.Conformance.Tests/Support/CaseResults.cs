using System.Text.Json;

namespace MicroscopeStream.Conformance.Tests.Support;

/// <summary>What a foreign client's script found, case by case: one JSON line each, with an empty fault where all is well.</summary>
internal sealed class CaseResults
{
    private readonly Dictionary<string, string> _faults = new(StringComparer.Ordinal);
    private readonly string _error;

    public CaseResults(string output, string error)
    {
        _error = error;
        foreach (string line in output.Split('\n').Where(l => l.StartsWith('{')))
        {
            using var json = JsonDocument.Parse(line);
            _faults[json.RootElement.GetProperty("case").GetString()!] = json.RootElement.GetProperty("fault").GetString()!;
        }
    }

    /// <summary>Fails unless the case ran and found no fault.</summary>
    public void AssertPassed(string name)
    {
        Assert.That(_faults, Contains.Key(name), $"The case did not run. {_error}");
        Assert.That(_faults[name], Is.Empty);
    }
}
