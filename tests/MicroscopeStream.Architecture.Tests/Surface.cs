using System.Reflection;

namespace MicroscopeStream.Architecture.Tests;

/// <summary>Writes an assembly's public surface as text: one line per type and member, sorted, so that a change is a line of a diff.</summary>
internal static class Surface
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Members that every record has, whatever it says: its own lines would drown in them.</summary>
    private static readonly string[] OfEveryRecord = ["Equals", "GetHashCode", "ToString", "op_Equality", "op_Inequality", "<Clone>$", "PrintMembers", "Deconstruct"];

    public static Assembly Load(string project) =>
        Assembly.Load(project == "Cli" ? "mstream" : $"MicroscopeStream.{project}");

    public static string Write(Assembly assembly)
    {
        IEnumerable<string> types = assembly.GetExportedTypes()
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => string.Join('\n', Members(type).Distinct().Order(StringComparer.Ordinal).Select(member => "    " + member).Prepend(Header(type))));
        return string.Join("\n\n", types) + "\n";
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            _ when type.IsSubclassOf(typeof(Delegate)) => "delegate",
            { IsValueType: true } => "struct",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        string[] bases = [.. new[] { type.BaseType }
            .Where(parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && parent != typeof(MulticastDelegate))
            .Concat(OwnInterfaces(type))
            .Select(parent => Name(parent!))];
        return $"{kind} {Name(type, full: true)}{(bases.Length > 0 ? " : " + string.Join(", ", bases) : string.Empty)}";
    }

    private static IEnumerable<Type> OwnInterfaces(Type type) => type.IsEnum || type.IsSubclassOf(typeof(Delegate))
        ? []
        : type.GetInterfaces().Where(one => !(one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IEquatable<>))).OrderBy(one => one.Name, StringComparer.Ordinal);

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ChangeType(Enum.Parse(type, name), Enum.GetUnderlyingType(type), null)}");
        }

        return type.GetMembers(Declared).Select(Describe).OfType<string>();
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        ConstructorInfo constructor when Visible(constructor) => $"{Access(constructor)}new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when Visible(method) && !OfEveryRecord.Contains(method.Name) =>
            $"{Access(method)}{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        MethodInfo { IsSpecialName: true } method when Visible(method) && method.Name.StartsWith("op_", StringComparison.Ordinal) && !OfEveryRecord.Contains(method.Name) =>
            $"static {Name(method.ReturnType)} {method.Name}({Parameters(method)})",
        PropertyInfo property when (Accessor(property) is { } accessor && property.Name != "EqualityContract") =>
            $"{Access(accessor)}{Modifiers(accessor)}{Name(property.PropertyType)} {property.Name}{Index(property)} {{{Get(property)}{Set(property)} }}",
        FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly =>
            $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : string.Empty)}{Name(field.FieldType)} {field.Name}",
        EventInfo { AddMethod: { } add } happening when Visible(add) => $"{Modifiers(add)}event {Name(happening.EventHandlerType!)} {happening.Name}",
        _ => null,
    };

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method) => method.IsPublic ? string.Empty : "protected ";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? "static " : method.DeclaringType!.IsInterface ? string.Empty
        : method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : string.Empty;

    private static MethodInfo? Accessor(PropertyInfo property) =>
        new[] { property.GetMethod, property.SetMethod }.FirstOrDefault(accessor => accessor is not null && Visible(accessor));

    private static string Get(PropertyInfo property) => property.GetMethod is { } get && Visible(get) ? " get;" : string.Empty;

    private static string Set(PropertyInfo property) => property.SetMethod is not { } set || !Visible(set) ? string.Empty
        : set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? " init;" : " set;";

    private static string Index(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } index ? $"[{string.Join(", ", index.Select(Parameter))}]" : string.Empty;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = parameter.IsOut ? "out " : parameter.IsIn && parameter.ParameterType.IsByRef ? "in " : parameter.ParameterType.IsByRef ? "ref " : string.Empty;
        string fallback = parameter.HasDefaultValue ? " = " + (parameter.DefaultValue ?? "default") : string.Empty;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{passing}{Name(parameter.ParameterType)} {parameter.Name}{fallback}");
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : string.Empty;

    private static string Name(Type type, bool full = false)
    {
        if (type.IsByRef || type.IsArray || type.IsPointer)
        {
            return Name(type.GetElementType()!, full) + (type.IsArray ? "[]" : type.IsPointer ? "*" : string.Empty);
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        string name = full ? type.FullName ?? type.Name : type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}" : type.Name;
        int arity = name.IndexOf('`', StringComparison.Ordinal);
        return type.IsGenericType && arity >= 0
            ? $"{name[..arity]}<{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument)))}>"
            : name;
    }
}
