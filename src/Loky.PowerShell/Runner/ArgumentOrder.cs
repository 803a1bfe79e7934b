using System.Management.Automation.Language;

namespace Loky.PowerShell.Runner;

/// <summary>Puts the arguments of a scriptblock where its parameters stand. PowerShell gives a block that it runs on an item one
/// argument for each parameter; a parameter that takes the remaining arguments gets them only here.</summary>
internal static class ArgumentOrder
{
    /// <summary>Returns one argument for each parameter for a block with such a parameter; the same for any other.</summary>
    public static object?[] For(ScriptBlock script, object?[] arguments)
    {
        if (arguments.Length == 0 || (script.Ast as ScriptBlockAst)?.ParamBlock?.Parameters is not { Count: > 0 } parameters)
        {
            return arguments;
        }

        int rest = parameters.ToList().FindIndex(TakesRest);
        if (rest < 0)
        {
            return arguments;
        }

        int[] order = [.. Enumerable.Range(0, parameters.Count).Where(i => i != rest).OrderBy(i => PositionOf(parameters[i]))];
        int bound = Math.Min(order.Length, arguments.Length);
        int last = order.Take(bound).Append(arguments.Length > bound ? rest : 0).Max();
        var ordered = new object?[last + 1];
        for (int i = 0; i < bound; i++)
        {
            ordered[order[i]] = arguments[i];
        }

        if (arguments.Length > bound)
        {
            ordered[rest] = Gather(arguments[bound..]);
        }

        return ordered;
    }

    /// <summary>A single collection is what remains, not a part of it, as for any command.</summary>
    private static object Gather(object?[] rest) =>
        rest is [{ } single] && LanguagePrimitives.GetEnumerable(single) is not null ? single : new List<object?>(rest);

    private static bool TakesRest(ParameterAst parameter) =>
        ArgumentOf(parameter, nameof(ParameterAttribute.ValueFromRemainingArguments)) is { } argument
        && (argument.ExpressionOmitted || argument.Argument is not VariableExpressionAst { VariablePath.UserPath: "false" or "False" });

    private static int PositionOf(ParameterAst parameter) =>
        ArgumentOf(parameter, nameof(ParameterAttribute.Position))?.Argument is ConstantExpressionAst { Value: int position } ? position : int.MaxValue;

    private static NamedAttributeArgumentAst? ArgumentOf(ParameterAst parameter, string name) => parameter.Attributes.OfType<AttributeAst>()
        .Where(static attribute => attribute.TypeName.GetReflectionAttributeType() == typeof(ParameterAttribute))
        .SelectMany(static attribute => attribute.NamedArguments)
        .FirstOrDefault(argument => argument.ArgumentName.Equals(name, StringComparison.OrdinalIgnoreCase));
}
