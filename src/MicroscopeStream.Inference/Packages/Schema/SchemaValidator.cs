using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MicroscopeStream.Inference.Packages.Schema;

/// <summary>
/// Validates JSON against the part of JSON Schema 2020-12 that our schemas use, and names the field of every fault.
/// An unknown keyword in a schema is an error, so that a rule cannot be written down and silently not be checked.
/// </summary>
internal sealed class SchemaValidator
{
    private static readonly HashSet<string> s_annotations = ["$schema", "$defs", "title", "description"];

    private readonly JsonElement _root;

    /// <param name="schema">The schema's root; must stay alive as long as the validator.</param>
    public SchemaValidator(JsonElement schema) => _root = schema;

    /// <summary>Faults of <paramref name="value"/> in the order in which they are met.</summary>
    public IReadOnlyList<SchemaFault> Validate(JsonElement value)
    {
        var faults = new List<SchemaFault>();
        Check(value, _root, "", "", faults);
        return faults;
    }

    private void Check(JsonElement value, JsonElement schema, string path, string description, List<SchemaFault> faults)
    {
        if (schema.TryGetProperty("description", out JsonElement said))
        {
            description = said.GetString() ?? "";
        }

        int before = faults.Count;
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (!s_annotations.Contains(keyword.Name))
            {
                CheckKeyword(value, schema, keyword, path, description, faults);
                if (faults.Count > before && keyword.Name is "type" or "enum")
                {
                    return; // What is of another kind fails every further rule too, which would only bury the cause.
                }
            }
        }
    }

    private void CheckKeyword(
        JsonElement value, JsonElement schema, JsonProperty keyword, string path, string description, List<SchemaFault> faults)
    {
        JsonElement rule = keyword.Value;
        switch (keyword.Name)
        {
            case "$ref":
                Check(value, _root.GetProperty("$defs").GetProperty(rule.GetString()!["#/$defs/".Length..]), path, description, faults);
                break;
            case "type":
                Fault(IsOfType(value, rule.GetString()!), $"is {Describe(value)}", $"Write {Article(rule.GetString()!)}");
                break;
            case "enum":
                Fault(
                    rule.EnumerateArray().Any(allowed => JsonElement.DeepEquals(allowed, value)),
                    $"is {Describe(value)}",
                    $"Write one of {string.Join(", ", rule.EnumerateArray().Select(Describe))}");
                break;
            case "minimum" when value.ValueKind == JsonValueKind.Number:
                Fault(value.GetDouble() >= rule.GetDouble(), $"is {value}", $"It must be at least {rule}");
                break;
            case "maximum" when value.ValueKind == JsonValueKind.Number:
                Fault(value.GetDouble() <= rule.GetDouble(), $"is {value}", $"It must be at most {rule}");
                break;
            case "minLength" or "maxLength" when value.ValueKind == JsonValueKind.String:
                CheckCount(value.GetString()!.Length, "characters");
                break;
            case "minItems" or "maxItems" when value.ValueKind == JsonValueKind.Array:
                CheckCount(value.GetArrayLength(), "entries");
                break;
            case "minProperties" or "maxProperties" when value.ValueKind == JsonValueKind.Object:
                CheckCount(value.EnumerateObject().Count(), "entries");
                break;
            case "pattern" when value.ValueKind == JsonValueKind.String:
                // A time limit, because the text comes from a stranger's file.
                bool matches = Regex.IsMatch(value.GetString()!, rule.GetString()!, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
                Fault(matches, $"is {Describe(value)}", $"It must match {rule}");
                break;
            case "required" when value.ValueKind == JsonValueKind.Object:
                CheckRequired(value, schema, rule, path, faults);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    if (rule.TryGetProperty(property.Name, out JsonElement inner))
                    {
                        Check(property.Value, inner, Join(path, property.Name), "", faults);
                    }
                }

                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                CheckAdditional(value, schema, rule, path, faults);
                break;
            case "items" when value.ValueKind == JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Check(item, rule, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), "", faults);
                }

                break;
            case "minimum" or "maximum" or "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties"
                or "pattern" or "required" or "properties" or "additionalProperties" or "items":
                break; // The rule is about another kind of value.
            default:
                throw new NotSupportedException($"The schema keyword '{keyword.Name}' is not implemented here.");
        }

        void CheckCount(int count, string what)
        {
            bool least = keyword.Name.StartsWith("min", StringComparison.Ordinal);
            bool good = least ? count >= rule.GetInt32() : count <= rule.GetInt32();
            Fault(good, $"has {count} {what}", $"It must have at {(least ? "least" : "most")} {rule}");
        }

        void Fault(bool good, string message, string remedy)
        {
            if (!good)
            {
                faults.Add(new SchemaFault(path, message + ".", remedy + (description.Length > 0 ? $" ({description})." : ".")));
            }
        }
    }

    private static void CheckRequired(JsonElement value, JsonElement schema, JsonElement rule, string path, List<SchemaFault> faults)
    {
        foreach (string name in rule.EnumerateArray().Select(entry => entry.GetString()!))
        {
            if (!value.TryGetProperty(name, out _))
            {
                string meaning = schema.TryGetProperty(
                    "properties", out JsonElement properties) && properties.TryGetProperty(name, out JsonElement about)
                    && about.TryGetProperty("description", out JsonElement said) ? $": {said.GetString()}" : "";
                faults.Add(new SchemaFault(Join(path, name), "is missing.", $"Add it{meaning}."));
            }
        }
    }

    private void CheckAdditional(JsonElement value, JsonElement schema, JsonElement rule, string path, List<SchemaFault> faults)
    {
        bool hasKnown = schema.TryGetProperty("properties", out JsonElement known);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            if (hasKnown && known.TryGetProperty(property.Name, out _))
            {
                continue;
            }

            if (rule.ValueKind == JsonValueKind.Object)
            {
                Check(property.Value, rule, Join(path, property.Name), "", faults);
            }
            else if (rule.ValueKind == JsonValueKind.False)
            {
                string names = hasKnown ? string.Join(", ", known.EnumerateObject().Select(entry => entry.Name)) : "none";
                string remedy = $"Remove it, or mend its spelling; known here are: {names}.";
                faults.Add(new SchemaFault(Join(path, property.Name), "is not a known field.", remedy));
            }
        }
    }

    private static bool IsOfType(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number),
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
        _ => throw new NotSupportedException($"The schema type '{type}' is not implemented here."),
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Article(string type) => type is "object" or "array" or "integer" ? $"an {type}" : $"a {type}";

    private static string Describe(JsonElement value)
    {
        string text = value.GetRawText();
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "…");
    }
}

/// <summary>One fault: the field, what it is, and what it should be.</summary>
internal readonly record struct SchemaFault(string Path, string Message, string Remedy);
