import org.codehaus.groovy.ast.expr.*

/** The types of arguments. Each takes what is written and a check, and returns the value. @throws Refused */
class Types {
    static String text(Expression written, Check check) {
        def value = check.evaluate(written)
        if (!(value instanceof CharSequence)) throw refused(written, 'must be a text')
        value.toString()
    }

    /** What Groovy puts into a text shows in the process list, and runs as shell. */
    static String literal(Expression written, Check check) {
        if (!(written instanceof ConstantExpression)) throw refused(written, 'must be a text with nothing put in')
        text(written, check)
    }

    static Integer number(Expression written, Check check) {
        def value = check.evaluate(written)
        if (!(value instanceof Integer)) throw refused(written, 'must be a number')
        value
    }

    static Boolean flag(Expression written, Check check) {
        def value = check.evaluate(written)
        if (!(value instanceof Boolean)) throw refused(written, 'must be true or false')
        value
    }

    /** Whatever Groovy takes for true or false. */
    static Boolean condition(Expression written, Check check) { check.evaluate(written) as boolean }

    /** Five fields, or nothing: no schedule. */
    static String schedule(Expression written, Check check) {
        def value = text(written, check)
        if (value && !(value ==~ /([H\d*][H\d*\/,()-]*( |$)){5}/)) throw refused(written, "'$value' is no schedule")
        value
    }

    static Closure unit() {
        { Expression written, Check check ->
            def value = Types.literal(written, check)
            if (!(value in ['SECONDS', 'MINUTES', 'HOURS', 'DAYS'])) throw Types.refused(written, 'is no unit')
            value
        }
    }

    static String anyAgent(Expression written, Check check) {
        if (!(written instanceof VariableExpression) || written.name != 'any') throw refused(written, 'must be any')
        written.name
    }

    static Closure call(Map rules) {
        { Expression written, Check check ->
            if (!(written instanceof MethodCallExpression)) throw Types.refused(written, "must be one of ${rules.keySet().join(', ')}")
            check.call(Parse.call(written), rules)
        }
    }

    static Closure calls(Map rules) {
        { Expression written, Check check ->
            if (!(written instanceof ListExpression) || !written.expressions) throw Types.refused(written, 'must be a list')
            written.expressions.collect { Types.call(rules)(it, check) }
        }
    }

    static Refused refused(Expression written, String problem) { new Refused(written.lineNumber, "${written.text}: $problem") }
}
