import org.codehaus.groovy.ast.expr.*

/** The value of an argument. Only what is listed here may be asked for, as in Jenkins' script security. */
class Evaluate {
    private static final METHODS = ['getBuildCauses']

    /** @param scope env and params, maps whose missing keys are null, and currentBuild */
    static Object expression(Expression expression, Map scope) {
        switch (expression) {
            case ConstantExpression:
                return expression.value
            case GStringExpression:
                def values = expression.values.collect { Evaluate.expression(it, scope) }
                return [expression.strings*.value, values].transpose().flatten().join('') +
                    (expression.strings.size() > values.size() ? expression.strings[-1].value : '')
            case VariableExpression:
                if (!scope.containsKey(expression.name)) break
                return scope[expression.name]
            case PropertyExpression:
                def owner = Evaluate.expression(expression.objectExpression, scope)
                if (!owner.is(scope.env) && !owner.is(scope.params)) break
                return owner[expression.propertyAsString]
            case MethodCallExpression:
                if (expression.implicitThis || !(expression.methodAsString in METHODS) || expression.arguments.expressions) break
                def owner = Evaluate.expression(expression.objectExpression, scope)
                if (!owner.is(scope.currentBuild)) break
                return owner[expression.methodAsString]
            case TernaryExpression:
                def chosen = Evaluate.expression(expression.booleanExpression, scope) ? expression.trueExpression : expression.falseExpression
                return Evaluate.expression(chosen, scope)
            case NotExpression:
                return !Evaluate.expression(expression.expression, scope)
            case BooleanExpression:
                return Evaluate.expression(expression.expression, scope) as boolean
            case BinaryExpression:
                def left = { Evaluate.expression(expression.leftExpression, scope) }
                def right = { Evaluate.expression(expression.rightExpression, scope) }
                switch (expression.operation.text) {
                    case '==': return left() == right()
                    case '!=': return left() != right()
                    case '||': return left() || right()
                    case '&&': return left() && right()
                }
        }
        throw new Refused(expression.lineNumber, "${expression.text}: not allowed, or not known")
    }
}
