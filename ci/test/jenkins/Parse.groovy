import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.control.SourceUnit

/**
 * Reads a Jenkinsfile by Groovy's own parser, the one that Jenkins has. Like Jenkins' declarative parser it works on the
 * syntax tree, so that nothing runs before everything was looked at.
 */
class Parse {
    static List<Call> jenkinsfile(String text) {
        def source = SourceUnit.create('Jenkinsfile', text)
        try {
            source.parse()
            source.completePhase()
            source.convert()
        } catch (MultipleCompilationErrorsException error) {
            throw new Refused(error.message)
        }
        block(source.AST.statementBlock)
    }

    static Call call(MethodCallExpression expression) {
        if (!expression.implicitThis) throw new Refused(expression.lineNumber, "${expression.text}: only calls of steps and directives")
        def call = new Call(name: expression.methodAsString, line: expression.lineNumber)
        expression.arguments.expressions.each { argument ->
            if (argument instanceof ClosureExpression && call.name == 'expression') call.condition = condition(argument.code)
            else if (argument instanceof ClosureExpression) call.body = block(argument.code)
            else if (argument instanceof MapExpression) call.named = named(argument)
            else call.positional << argument
        }
        call
    }

    private static List<Call> block(BlockStatement block) {
        block.statements.collect { statement(it) }
    }

    private static Expression condition(BlockStatement block) {
        def statements = block.statements
        if (statements.size() != 1 || !(statements[0] instanceof ExpressionStatement))
            throw new Refused(block.lineNumber, 'expression holds one expression, and nothing else')
        statements[0].expression
    }

    private static Call statement(Statement statement) {
        def expression = statement instanceof ExpressionStatement ? statement.expression : null
        if (expression instanceof MethodCallExpression) return call(expression)
        if (expression instanceof BinaryExpression && expression.operation.text == '=')
            return new Call(name: expression.leftExpression.text, line: expression.lineNumber, assigned: true,
                positional: [expression.rightExpression])
        throw new Refused(statement.lineNumber, 'only calls and assignments have a place here, no other Groovy')
    }

    private static Map<String, Expression> named(MapExpression arguments) {
        arguments.mapEntryExpressions.collectEntries { [it.keyExpression.text, it.valueExpression] }
    }
}
