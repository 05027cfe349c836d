/** Variables inside of a value, as Jenkins expands them (hudson.Util.replaceMacro). */
class Expand {
    /** `$NAME` and `${NAME}` become the variable's value where there is one, and `$$` becomes `$`. */
    static String variables(String value, Map<String, String> environment) {
        value.replaceAll(/\$(\w+|\{[\w.]+\}|\$)/) { all, name ->
            name == '$' ? '$' : environment[name.replaceAll(/[{}]/, '')] ?: all
        }
    }
}
