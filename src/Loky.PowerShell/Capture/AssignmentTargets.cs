using System.Management.Automation.Language;

namespace Loky.PowerShell.Capture;

/// <summary>What is on the left of an assignment, taken apart.</summary>
internal static class AssignmentTargets
{
    /// <summary>Visits each single target: a variable, or an expression that something is assigned through.</summary>
    public static void Visit(ExpressionAst target, Action<ExpressionAst> onTarget, Action<AttributeBaseAst>? onAttribute = null)
    {
        switch (target)
        {
            case AttributedExpressionAst { Child: ExpressionAst child } attributed:
                onAttribute?.Invoke(attributed.Attribute);
                Visit(child, onTarget, onAttribute);
                break;
            case ArrayLiteralAst list:
                foreach (ExpressionAst element in list.Elements)
                {
                    Visit(element, onTarget, onAttribute);
                }

                break;
            default:
                onTarget(target);
                break;
        }
    }
}
