import org.codehaus.groovy.ast.expr.Expression

/** A call, or an assignment, as it is written in the Jenkinsfile. */
class Call {
    String name
    int line
    boolean assigned
    List<Expression> positional = []
    Map<String, Expression> named = [:]
    /** What is in its block; null when it has none. */
    List<Call> body
    /** What is in the block of `expression`, the one block that holds no calls. */
    Expression condition
}
