namespace MicroscopeStream.Architecture.Tests;

/// <summary>Arrows between projects point one way, and what is science knows nothing of how it is served.</summary>
public sealed class ArrowTests
{
    /// <summary>Which of our projects each may know. A new project gets a line here, and a reason in the design.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Core"] = [],
        ["Imaging"] = ["Core"],
        ["Localization"] = ["Core", "Imaging"],
        ["StructuredIllumination"] = ["Core", "Imaging"],
        ["Video"] = ["Core", "Imaging"],
        ["Simulator"] = ["Core", "Imaging", "Localization", "StructuredIllumination"],
        ["Inference"] = ["Core", "Microsoft.ML.OnnxRuntime"],
        ["Pipeline"] = ["Core", "Imaging", "Localization", "StructuredIllumination", "Video", "Inference"],
        ["Contract"] = ["Grpc.Core.Api", "Grpc.Net.Common"],
        ["Server"] = ["Core", "Imaging", "Localization", "StructuredIllumination", "Video", "Inference", "Pipeline", "Contract", "Grpc.Core.Api", "Grpc.Net.Common"],
        ["Client"] = ["Core", "Contract", "Grpc.Core.Api", "Grpc.Net.Common"],
        ["Cli"] = ["Core", "Imaging", "Localization", "StructuredIllumination", "Video", "Simulator", "Inference", "Pipeline", "Contract", "Server", "Client", "Grpc.Core.Api", "Grpc.Net.Common"],
    };

    /// <summary>What carries frames and results over wires, or runs networks.</summary>
    private static readonly string[] Serving = ["Grpc", "Google.Protobuf", "Microsoft.AspNetCore", "Microsoft.Extensions.Hosting"];

    private static readonly string[] Science = ["Core", "Imaging", "Localization", "StructuredIllumination", "Video", "Simulator"];

    private static IEnumerable<string> Projects => Repository.Projects.Keys;

    [TestCaseSource(nameof(Projects))]
    public void A_project_refers_only_to_what_it_may_know(string project)
    {
        Assert.That(MayKnow, Does.ContainKey(project), "the project has no line in this test");
        Assert.That(Repository.References(project), Is.SubsetOf(MayKnow[project]));
    }

    [TestCaseSource(nameof(Projects))]
    public void The_compiled_assembly_knows_no_more_than_its_project_may(string project)
    {
        IEnumerable<string> ours = References(project)
            .Where(name => name.StartsWith("MicroscopeStream.", StringComparison.Ordinal) || MayKnow.Values.Any(known => known.Contains(name)))
            .Select(name => name.Replace("MicroscopeStream.", string.Empty, StringComparison.Ordinal));
        Assert.That(ours, Is.SubsetOf(MayKnow[project]));
    }

    [Test]
    public void No_arrow_comes_back()
    {
        foreach (string project in Projects)
        {
            Assert.That(Reach(project), Has.None.EqualTo(project), $"{project} reaches itself");
        }
    }

    [TestCaseSource(nameof(Science))]
    public void Science_knows_nothing_of_wires_and_networks(string project) =>
        Assert.That(References(project).Concat(Repository.Packages(project)).Where(name => OneOf(name, [.. Serving, "Microsoft.ML.OnnxRuntime"])), Is.Empty);

    [TestCase("Inference")]
    [TestCase("Pipeline")]
    public void Sessions_and_networks_know_nothing_of_wires(string project) =>
        Assert.That(References(project).Concat(Repository.Packages(project)).Where(name => OneOf(name, Serving)), Is.Empty);

    [TestCase("Pipeline")]
    [TestCase("Server")]
    [TestCase("Client")]
    [TestCase("Cli")]
    public void Only_inference_knows_the_runtime_of_networks(string project) =>
        Assert.That(References(project).Concat(Repository.References(project)), Has.None.EqualTo("Microsoft.ML.OnnxRuntime"));

    private static bool OneOf(string name, string[] families) =>
        families.Any(family => name.Equals(family, StringComparison.Ordinal) || name.StartsWith(family + ".", StringComparison.Ordinal));

    private static HashSet<string> Reach(string project)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(Repository.References(project));
        while (open.TryDequeue(out string? next))
        {
            if (reached.Add(next) && Repository.Projects.ContainsKey(next))
            {
                foreach (string further in Repository.References(next))
                {
                    open.Enqueue(further);
                }
            }
        }

        return reached;
    }

    private static IEnumerable<string> References(string project) =>
        Surface.Load(project).GetReferencedAssemblies().Select(reference => reference.Name!);
}
