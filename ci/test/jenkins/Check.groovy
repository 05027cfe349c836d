import org.codehaus.groovy.ast.expr.Expression

/** Holds what is written against the grammar, and gathers all that is wrong. */
class Check {
    final List<String> problems = []
    private final Map scope

    /** @param scope what expressions may refer to, see Evaluate */
    Check(Map scope) { this.scope = scope }

    /** @return the pipeline with its arguments as values: maps of name, args, named and body; null when there are problems */
    Map pipeline(List<Call> calls) {
        def checked = body('the file', calls, [body: Grammar.file, must: ['pipeline'], often: []])
        problems ? null : checked[0]
    }

    Object evaluate(Expression expression) { Evaluate.expression(expression, scope) }

    Map call(Call call, Map rules) {
        def rule = rules[call.name]
        if (call.assigned || !rule) {
            problem(call, "${call.name}: unknown here; there are ${rules.keySet().join(', ')}")
            return null
        }
        def checked = [name: call.name] + arguments(call, rule.forms)
        if (rule.condition) {
            if (call.condition == null) problem(call, "${call.name} needs a block")
            else checked.holds = values(call, [Types.&condition], [call.condition])[0]
        } else if (rule.body == null) {
            if (call.body != null) problem(call, "${call.name} takes no block")
        } else if (call.body != null) {
            checked.body = rule.variables ? variables(call) : body(call.name, call.body, rule, call)
        } else if (!call.positional || call.name in ['stage', 'withCredentials']) {
            problem(call, "${call.name} needs a block")
        }
        checked
    }

    private List<Map> body(String name, List<Call> calls, Map rule, Call at = null) {
        if (!calls) problem(at, "$name is empty")
        rule.must.each { must -> if (!calls.any { it.name == must }) problem(at, "$name has no $must") }
        calls.groupBy { it.name }.each { child, all ->
            if (all.size() > 1 && !(child in rule.often)) problem(all[1], "$name has $child more than once")
        }
        calls.groupBy { it.name == 'stage' ? it.positional*.text : it }.each { stage, all ->
            if (all.size() > 1) problem(all[1], "two stages have the name ${stage.join()}")
        }
        calls.collect { this.call(it, rule.body) }
    }

    private List<Map> variables(Call environment) {
        if (!environment.body) problem(environment, 'environment is empty')
        def known = [] as Set
        environment.body.collect { variable ->
            if (!variable.assigned || !(variable.name ==~ /[A-Za-z_]\w*/)) {
                problem(variable, "${variable.name}: environment has only NAME = 'value'")
                return null
            }
            if (!known.add(variable.name)) problem(variable, "${variable.name} is set twice")
            [name: variable.name, args: values(variable, [Types.&text], variable.positional)]
        }
    }

    private Map arguments(Call call, List<Map> forms) {
        def fitting = forms.findAll { (it.positional ?: []).size() == call.positional.size() }
        if (!fitting) {
            problem(call, "${call.name} does not take ${call.positional.size()} arguments by position")
            return [:]
        }
        def form = fitting.find { it.named as boolean == call.named as boolean } ?: fitting[0]
        def types = form.named ?: [:]
        (call.named.keySet() - types.keySet()).each { problem(call, "${call.name} knows no $it; there are ${types.keySet().join(', ') ?: 'none'}") }
        ((form.needs ?: []) - call.named.keySet()).each { problem(call, "${call.name} needs $it") }
        def named = call.named.findAll { types[it.key] }
        def texts = values(call, named.keySet().collect { types[it] }, named.values() as List)
        def checked = [:]
        if (call.positional) checked.args = values(call, form.positional, call.positional)
        if (named) checked.named = [named.keySet() as List, texts].transpose().collectEntries { it }
        checked
    }

    private List values(Call call, List types, List<Expression> expressions) {
        [types, expressions].transpose().collect { type, expression ->
            try {
                type(expression, this)
            } catch (Refused refused) {
                problems << refused.message
                null
            }
        }
    }

    private void problem(Call at, String text) { problems << (at ? "line ${at.line}: $text" as String : text) }
}
